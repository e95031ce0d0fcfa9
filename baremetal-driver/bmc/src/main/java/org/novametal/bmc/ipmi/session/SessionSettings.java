package org.novametal.bmc.ipmi.session;

import java.time.Duration;
import java.util.Objects;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;

/**
 * What an {@link IpmiSession} works with.
 *
 * @param name how messages name the BMC
 * @param credentials user, password and key
 * @param privilege the level of the sessions; power and boot device need {@link PrivilegeLevel#OPERATOR}
 * @param retryInterval how long an answer is waited for before the request is sent again, the first
 *     time; each further wait is longer
 */
public record SessionSettings(
        String name, BmcCredentials credentials, PrivilegeLevel privilege, Duration retryInterval) {
    /** Checks that all are there. */
    public SessionSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(privilege, "privilege");
        Objects.requireNonNull(retryInterval, "retryInterval");
    }

    /** A failure of this BMC. */
    BmcException failure(Reason reason, String what) {
        return new BmcException(reason, "BMC " + name + ": " + what);
    }
}
