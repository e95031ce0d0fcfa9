package org.novametal.bmc;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * How to talk to a BMC.
 *
 * @param commandTimeout how long one call may take in all, a new session included
 * @param retryInterval how long to wait for an answer before the request is sent again, the first time
 * @param sessionPolicy whether a session stays open after a call
 * @param privilege the privilege level of the login
 * @param rawAccess whether {@link RawCommands} are sent
 * @param certificateFingerprint the SHA-256 of the one certificate that is trusted, 64 hexadecimal digits in lower case;
 *     empty: what this Java trusts. For protocols over TLS only
 */
public record BmcOptions(
        Duration commandTimeout,
        Duration retryInterval,
        SessionPolicy sessionPolicy,
        Privilege privilege,
        RawAccess rawAccess,
        Optional<String> certificateFingerprint) {
    /** Ten seconds in all, half a second for an answer, sessions are kept, an operator, no raw commands. */
    public static final BmcOptions DEFAULTS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(500));

    /** Whether a session stays open after a call. */
    public enum SessionPolicy {
        /** It stays open for the next call. */
        KEEP,
        /** It is closed: for BMCs with too few sessions. */
        CLOSE
    }

    /** What a session may do. */
    public enum Privilege {
        /** Reads. */
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

    /** Checks that the limits are more than nothing. */
    public BmcOptions {
        if (!commandTimeout.isPositive() || !retryInterval.isPositive()) {
            throw new IllegalArgumentException(
                    "BMC limits must be more than zero: " + commandTimeout + ", " + retryInterval);
        }
        Objects.requireNonNull(sessionPolicy, "sessionPolicy");
        Objects.requireNonNull(privilege, "privilege");
        Objects.requireNonNull(rawAccess, "rawAccess");
        certificateFingerprint = certificateFingerprint.map(BmcOptions::plainFingerprint);
    }

    /** Tools write it with colons and in either case. */
    private static String plainFingerprint(String text) {
        String digits = text.strip().replace(":", "").toLowerCase(Locale.ROOT);
        if (digits.length() != 64 || !digits.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(
                    "certificate fingerprint '" + text + "' is not a SHA-256: 64 hexadecimal digits");
        }
        return digits;
    }

    /** These limits, and the usual of all else. */
    public BmcOptions(Duration commandTimeout, Duration retryInterval) {
        this(
                commandTimeout,
                retryInterval,
                SessionPolicy.KEEP,
                Privilege.OPERATOR,
                RawAccess.REFUSED,
                Optional.empty());
    }

    /** The same with another session policy. */
    public BmcOptions withSessionPolicy(SessionPolicy policy) {
        return new BmcOptions(commandTimeout, retryInterval, policy, privilege, rawAccess, certificateFingerprint);
    }

    /** The same with another privilege. */
    public BmcOptions withPrivilege(Privilege wanted) {
        return new BmcOptions(commandTimeout, retryInterval, sessionPolicy, wanted, rawAccess, certificateFingerprint);
    }

    /** The same with raw commands allowed or refused. */
    public BmcOptions withRawAccess(RawAccess access) {
        return new BmcOptions(commandTimeout, retryInterval, sessionPolicy, privilege, access, certificateFingerprint);
    }

    /**
     * The same with a pinned certificate.
     *
     * @param fingerprint the SHA-256 of the BMC's certificate in hexadecimal digits, with or without colons
     */
    public BmcOptions withCertificateFingerprint(String fingerprint) {
        return new BmcOptions(
                commandTimeout, retryInterval, sessionPolicy, privilege, rawAccess, Optional.of(fingerprint));
    }
}
