package org.novametal.bmc.redfish;

import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.novametal.bmc.BmcOptions.KeyExchange;

/**
 * The cipher suites that a BMC is offered. Some old BMCs know TLS 1.2 only with RSA key exchange ({@code TLS_RSA_*}),
 * without forward secrecy: a listener who records the traffic and later gets the BMC's key can read it. Such suites are
 * offered only where the options of that BMC allow it; and Java 24 and newer must be started with a security property that
 * permits them.
 */
final class RsaKeyExchange {
    private static final String PREFIX = "TLS_RSA_";

    private static final String PERMIT = "start Java with -Djava.security.properties=FILE, where FILE repeats"
            + " jdk.tls.disabledAlgorithms of the runtime's conf/security/java.security without TLS_RSA_*";

    private final KeyExchange allowed;
    private final boolean isPermitted;
    private final List<String> offered;

    RsaKeyExchange(KeyExchange allowed) {
        this.allowed = allowed;
        SSLParameters parameters = parameters();
        List<String> enabled = Arrays.asList(parameters.getCipherSuites());
        this.isPermitted = enabled.stream().anyMatch(suite -> suite.startsWith(PREFIX));
        this.offered = enabled.stream()
                .filter(suite -> allowed == KeyExchange.RSA_ALLOWED || !suite.startsWith(PREFIX))
                .toList();
    }

    private static SSLParameters parameters() {
        try {
            return SSLContext.getDefault().getDefaultSSLParameters();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the Java runtime cannot set up TLS", e);
        }
    }

    /** Configures a client for a service with TLS, or for one without, which may redirect to TLS. */
    void configure(OkHttpClient.Builder client, boolean isTls) {
        ConnectionSpec secured = new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
                .cipherSuites(offered.toArray(String[]::new))
                .allEnabledTlsVersions()
                .build();
        client.connectionSpecs(isTls ? List.of(secured) : List.of(secured, ConnectionSpec.CLEARTEXT));
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
