package org.novametal.bmc.ipmi.session;

import java.time.Duration;
import java.util.Objects;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;

/**
 * The settings of an {@link IpmiSession}.
 *
 * @param name the BMC's name in messages
 * @param credentials user, password and key
 * @param privilege the privilege level of the sessions; power and boot device need {@link PrivilegeLevel#OPERATOR}
 * @param retryInterval how long to wait for an answer before the first retransmission; each further wait is longer
 */
public record SessionSettings(
        String name, BmcCredentials credentials, PrivilegeLevel privilege, Duration retryInterval) {
    /** Checks that no part is null. */
    public SessionSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(privilege, "privilege");
        Objects.requireNonNull(retryInterval, "retryInterval");
    }

    /** A failure whose message begins with the BMC's name. */
    BmcException failure(Reason reason, String what) {
        return new BmcException(reason, "BMC " + name + ": " + what);
    }
}
