package org.novametal.baremetal.inventory;

import java.util.Objects;
import java.util.Optional;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BmcOptions.SessionPolicy;

/**
 * How one node's BMC is used, where that is particular to the node. None of it is a secret.
 *
 * @param sessionPolicy what becomes of a session after a call; absent: as the option says
 * @param privilege as what the user logs in, for protocols that ask; absent: as an operator
 * @param certificate the SHA-256 fingerprint of the BMC's certificate, for protocols that have one
 * @param powerGroup the machines that are not to be switched on all at once, such as a rack's name; absent: the group of all
 *     that have none
 */
public record BmcSettings(
        Optional<SessionPolicy> sessionPolicy,
        Optional<Privilege> privilege,
        Optional<String> certificate,
        Optional<String> powerGroup) {
    /** Nothing in particular. */
    public static final BmcSettings NONE =
            new BmcSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Checks that all parts are there. */
    public BmcSettings {
        Objects.requireNonNull(sessionPolicy, "sessionPolicy");
        Objects.requireNonNull(privilege, "privilege");
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(powerGroup, "powerGroup");
    }

    /** The same with a session policy of the node's own. */
    public BmcSettings withSessionPolicy(SessionPolicy policy) {
        return new BmcSettings(Optional.of(policy), privilege, certificate, powerGroup);
    }

    /** The same with a privilege of the node's own. */
    public BmcSettings withPrivilege(Privilege wanted) {
        return new BmcSettings(sessionPolicy, Optional.of(wanted), certificate, powerGroup);
    }

    /** The same with the fingerprint of a certificate. */
    public BmcSettings withCertificate(String fingerprint) {
        return new BmcSettings(sessionPolicy, privilege, Optional.of(fingerprint), powerGroup);
    }

    /** The same in a power group. */
    public BmcSettings withPowerGroup(String group) {
        return new BmcSettings(sessionPolicy, privilege, certificate, Optional.of(group));
    }
}
