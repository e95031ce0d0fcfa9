package org.novametal.bmc;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How to talk to a BMC.
 *
 * @param commandTimeout how long one call may take in all, including the opening of a session
 * @param retryInterval how long to wait for an answer before the first retransmission
 * @param sessionPolicy whether a session stays open after a call
 * @param privilege the privilege level of the login
 * @param rawAccess whether {@link RawCommands} are sent
 * @param certificateFingerprint the SHA-256 of the one certificate that is trusted, 64 hexadecimal digits in lower case;
 *     empty to use the trust store of the Java runtime. For protocols over TLS only
 * @param keyExchange how TLS may agree on its keys. For protocols over TLS only
 * @param answers receives how each call ended
 */
public record BmcOptions(
        Duration commandTimeout,
        Duration retryInterval,
        SessionPolicy sessionPolicy,
        Privilege privilege,
        RawAccess rawAccess,
        Optional<String> certificateFingerprint,
        KeyExchange keyExchange,
        BmcAnswers answers) {
    /**
     * Ten seconds per call, half a second until the first retransmission, sessions stay open, operator privilege, no raw
     * commands.
     */
    public static final BmcOptions DEFAULTS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(500));

    /** Whether a session stays open after a call. */
    public enum SessionPolicy {
        /** It stays open for the next call. */
        KEEP,
        /** It is closed after each call, for BMCs with few sessions. */
        CLOSE
    }

    /** What a session may do. */
    public enum Privilege {
        /** Read-only access. */
        USER,
        /** Switches power and chooses the boot device. */
        OPERATOR,
        /** Configures the BMC itself. */
        ADMINISTRATOR
    }

    /** Whether raw commands are sent. */
    public enum RawAccess {
        /** They are refused. */
        REFUSED,
        /** They are sent. */
        ALLOWED
    }

    /** How TLS may agree on the keys of a connection. */
    public enum KeyExchange {
        /** With forward secrecy only. */
        FORWARD_SECRET,
        /**
         * RSA key exchange as well ({@code TLS_RSA_*} of TLS 1.2), for old BMCs that know nothing else: a listener who
         * records the traffic and gets the BMC's key can read it. The Java runtime must permit it too; see {@link
         * org.novametal.bmc.redfish.RedfishBmcFactory#permitRsaKeyExchange}.
         */
        RSA_ALLOWED
    }

    /** Checks that the limits are positive and normalises the fingerprint. */
    public BmcOptions {
        if (!commandTimeout.isPositive() || !retryInterval.isPositive()) {
            throw new IllegalArgumentException("the limits for a BMC must be more than zero: the command timeout is "
                    + commandTimeout + ", the retry interval is " + retryInterval);
        }
        Objects.requireNonNull(sessionPolicy, "sessionPolicy");
        Objects.requireNonNull(privilege, "privilege");
        Objects.requireNonNull(rawAccess, "rawAccess");
        Objects.requireNonNull(keyExchange, "keyExchange");
        Objects.requireNonNull(answers, "answers");
        certificateFingerprint = certificateFingerprint.map(BmcOptions::plainFingerprint);
    }

    /** The fingerprint without colons, in lower case; tools print it with colons and in either case. */
    private static String plainFingerprint(String text) {
        String digits = text.strip().replace(":", "").toLowerCase(Locale.ROOT);
        if (digits.length() != 64 || !digits.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("certificate fingerprint '" + text
                    + "' is not a SHA-256 fingerprint, which has 64 hexadecimal digits");
        }
        return digits;
    }

    /** Options with the given limits, and defaults for all other options. */
    public BmcOptions(Duration commandTimeout, Duration retryInterval) {
        this(
                commandTimeout,
                retryInterval,
                SessionPolicy.KEEP,
                Privilege.OPERATOR,
                RawAccess.REFUSED,
                Optional.empty(),
                KeyExchange.FORWARD_SECRET,
                BmcAnswers.IGNORED);
    }

    /** The same options with another session policy. */
    public BmcOptions withSessionPolicy(SessionPolicy policy) {
        return with(parts -> parts.sessionPolicy = policy);
    }

    /** The same options with another privilege. */
    public BmcOptions withPrivilege(Privilege wanted) {
        return with(parts -> parts.privilege = wanted);
    }

    /** The same options with raw commands allowed or refused. */
    public BmcOptions withRawAccess(RawAccess access) {
        return with(parts -> parts.rawAccess = access);
    }

    /**
     * The same options with a pinned certificate.
     *
     * @param fingerprint the SHA-256 of the BMC's certificate in hexadecimal digits, with or without colons
     */
    public BmcOptions withCertificateFingerprint(String fingerprint) {
        return with(parts -> parts.certificateFingerprint = Optional.of(fingerprint));
    }

    /** The same options with another key exchange. */
    public BmcOptions withKeyExchange(KeyExchange exchange) {
        return with(parts -> parts.keyExchange = exchange);
    }

    /** The same options with another receiver of the outcomes of calls. */
    public BmcOptions withAnswers(BmcAnswers receiver) {
        return with(parts -> parts.answers = receiver);
    }

    private BmcOptions with(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return new BmcOptions(
                commandTimeout,
                retryInterval,
                parts.sessionPolicy,
                parts.privilege,
                parts.rawAccess,
                parts.certificateFingerprint,
                parts.keyExchange,
                parts.answers);
    }

    /** The parts that can be replaced one by one. */
    private static final class Parts {
        private SessionPolicy sessionPolicy;
        private Privilege privilege;
        private RawAccess rawAccess;
        private Optional<String> certificateFingerprint;
        private KeyExchange keyExchange;
        private BmcAnswers answers;

        Parts(BmcOptions of) {
            this.sessionPolicy = of.sessionPolicy;
            this.privilege = of.privilege;
            this.rawAccess = of.rawAccess;
            this.certificateFingerprint = of.certificateFingerprint;
            this.keyExchange = of.keyExchange;
            this.answers = of.answers;
        }
    }
}
