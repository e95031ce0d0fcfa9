package org.novametal.bmc.redfish;

import com.google.common.base.Splitter;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.novametal.bmc.BmcOptions.KeyExchange;

/**
 * The cipher suites that a BMC is offered. Some old BMCs know TLS 1.2 only with RSA key exchange ({@code TLS_RSA_*}),
 * without forward secrecy: a listener who records the traffic and later gets the BMC's key can read it. Such suites are
 * offered only where the options of that BMC allow it. Java 24 and newer also forbid them by the security property {@code
 * jdk.tls.disabledAlgorithms}, which TLS reads once in a process: {@link #permit} changes it in time where no TLS was used
 * before.
 */
final class RsaKeyExchange {
    private static final String PREFIX = "TLS_RSA_";

    private static final String DISABLED = "jdk.tls.disabledAlgorithms";

    private static final String PERMIT =
            "start the program again, or start Java with -Djava.security.properties=FILE, where FILE repeats"
                    + " jdk.tls.disabledAlgorithms of the runtime's conf/security/java.security without TLS_RSA_*";

    private final KeyExchange allowed;
    private final boolean isPermitted;
    private final List<String> offered;

    RsaKeyExchange(KeyExchange allowed) {
        this.allowed = allowed;
        if (allowed == KeyExchange.RSA_ALLOWED) {
            permit();
        }
        SSLParameters parameters = parameters();
        List<String> enabled = Arrays.asList(parameters.getCipherSuites());
        this.isPermitted = enabled.stream().anyMatch(suite -> suite.startsWith(PREFIX));
        this.offered = enabled.stream()
                .filter(suite -> allowed == KeyExchange.RSA_ALLOWED || !suite.startsWith(PREFIX))
                .toList();
    }

    /**
     * Removes RSA key exchange from what the Java runtime forbids. It has an effect only before the first use of TLS in the
     * process. BMCs whose options do not allow it are not offered it.
     */
    static synchronized void permit() {
        String disabled = Security.getProperty(DISABLED);
        if (disabled != null) {
            Security.setProperty(
                    DISABLED,
                    Splitter.on(',')
                            .trimResults()
                            .splitToStream(disabled)
                            .filter(algorithm -> !algorithm.startsWith(PREFIX))
                            .collect(Collectors.joining(", ")));
        }
    }

    private static SSLParameters parameters() {
        try {
            return SSLContext.getDefault().getDefaultSSLParameters();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the Java runtime cannot set up TLS", e);
        }
    }

    /** The cipher suites that the BMC is offered. */
    List<String> offered() {
        return offered;
    }

    /** What an operator can do about a BMC that accepts none of the offered cipher suites. */
    String advice() {
        String cause = "it accepts no cipher suite that is offered to it; ";
        if (allowed == KeyExchange.FORWARD_SECRET) {
            return cause
                    + "if it knows only RSA key exchange, renew its firmware, or allow RSA key exchange for this BMC"
                    + " alone" + (isPermitted ? "" : " and " + PERMIT);
        }
        return cause
                + (isPermitted
                        ? "RSA key exchange was offered as well"
                        : "RSA key exchange is allowed for this BMC, but the Java runtime forbids it: " + PERMIT);
    }
}
