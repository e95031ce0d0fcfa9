package org.novametal.fake;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;

/**
 * The features and limits of a fake BMC.
 *
 * @param cipherSuites the suites that it accepts
 * @param privilegeLimit the highest level of its user
 * @param maximumSessions the maximum number of sessions, half-open ones included
 * @param sessionTimeout how long a session may receive nothing before it is dropped
 * @param powerActions the power actions that it supports
 */
public record FakeIpmiProfile(
        List<CipherSuite> cipherSuites,
        PrivilegeLevel privilegeLimit,
        int maximumSessions,
        Duration sessionTimeout,
        Set<PowerAction> powerActions) {
    /** Suites 17 and 3, an administrator, 8 sessions of 60 seconds, all power actions. */
    public static final FakeIpmiProfile DEFAULTS = new FakeIpmiProfile(
            List.of(CipherSuite.SUITE_17, CipherSuite.SUITE_3),
            PrivilegeLevel.ADMINISTRATOR,
            8,
            Duration.ofSeconds(60),
            EnumSet.allOf(PowerAction.class));

    /** Checks the limits, and copies the collections. */
    public FakeIpmiProfile {
        cipherSuites = List.copyOf(cipherSuites);
        powerActions = Set.copyOf(powerActions);
        if (maximumSessions < 1 || sessionTimeout.isNegative() || sessionTimeout.isZero()) {
            throw new IllegalArgumentException("a fake BMC needs at least one session and a positive time-out, got "
                    + maximumSessions + " and " + sessionTimeout);
        }
    }

    /** The same with other cipher suites. */
    public FakeIpmiProfile withCipherSuites(List<CipherSuite> suites) {
        return new FakeIpmiProfile(suites, privilegeLimit, maximumSessions, sessionTimeout, powerActions);
    }

    /** The same with another privilege limit. */
    public FakeIpmiProfile withPrivilegeLimit(PrivilegeLevel limit) {
        return new FakeIpmiProfile(cipherSuites, limit, maximumSessions, sessionTimeout, powerActions);
    }

    /** The same with another maximum number of sessions. */
    public FakeIpmiProfile withMaximumSessions(int maximum) {
        return new FakeIpmiProfile(cipherSuites, privilegeLimit, maximum, sessionTimeout, powerActions);
    }

    /** The same with other power actions. */
    public FakeIpmiProfile withPowerActions(Set<PowerAction> actions) {
        return new FakeIpmiProfile(cipherSuites, privilegeLimit, maximumSessions, sessionTimeout, actions);
    }
}
