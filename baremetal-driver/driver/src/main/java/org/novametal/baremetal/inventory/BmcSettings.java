package org.novametal.baremetal.inventory;

import java.util.Objects;
import java.util.Optional;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BmcOptions.SessionPolicy;

/**
 * The settings of one node's BMC that differ from the configuration or from defaults. No setting is a secret.
 *
 * @param sessionPolicy whether a session is kept after a call; if absent, the option {@code session_policy} decides
 * @param privilege the privilege level of the login, for protocols with privilege levels; if absent, operator
 * @param certificate the SHA-256 fingerprint of the BMC's certificate, for protocols over TLS
 * @param powerGroup the name of a group of machines that must not be switched on all at once, such as the machines of a rack;
 *     if absent, it does not wait for other machines
 */
public record BmcSettings(
        Optional<SessionPolicy> sessionPolicy,
        Optional<Privilege> privilege,
        Optional<String> certificate,
        Optional<String> powerGroup) {
    /** No settings. */
    public static final BmcSettings NONE =
            new BmcSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Checks that no part is null. */
    public BmcSettings {
        Objects.requireNonNull(sessionPolicy, "sessionPolicy");
        Objects.requireNonNull(privilege, "privilege");
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(powerGroup, "powerGroup");
    }

    /** These settings with another session policy. */
    public BmcSettings withSessionPolicy(SessionPolicy policy) {
        return new BmcSettings(Optional.of(policy), privilege, certificate, powerGroup);
    }

    /** These settings with another privilege level. */
    public BmcSettings withPrivilege(Privilege wanted) {
        return new BmcSettings(sessionPolicy, Optional.of(wanted), certificate, powerGroup);
    }

    /** These settings with the fingerprint of another certificate. */
    public BmcSettings withCertificate(String fingerprint) {
        return new BmcSettings(sessionPolicy, privilege, Optional.of(fingerprint), powerGroup);
    }

    /** These settings with another power group. */
    public BmcSettings withPowerGroup(String group) {
        return new BmcSettings(sessionPolicy, privilege, certificate, Optional.of(group));
    }
}
