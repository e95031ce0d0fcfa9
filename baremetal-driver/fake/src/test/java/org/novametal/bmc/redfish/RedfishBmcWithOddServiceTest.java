package org.novametal.bmc.redfish;

import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.novametal.fake.FakeRedfishProfile;
import org.novametal.fake.FakeRedfishProfile.Quirk;

/** The contract on a service that does all it can in the other way: no sessions, no power cycle, a task for each change. */
@Execution(ExecutionMode.CONCURRENT)
class RedfishBmcWithOddServiceTest extends FakeRedfishContract {
    RedfishBmcWithOddServiceTest() {
        super(FakeRedfishProfile.DEFAULTS
                .withResetTypes("ForceOn", "ForceOff", "PushPowerButton", "ForceRestart", "Nmi")
                .withQuirks(
                        Quirk.NO_SESSIONS,
                        Quirk.TASK_MONITORS,
                        Quirk.RESET_TYPES_IN_ACTION_INFO,
                        Quirk.ETAG_REQUIRED,
                        Quirk.FOREIGN_LINKS,
                        Quirk.SLASH_REDIRECT,
                        Quirk.ONLY_INDICATOR_LED));
    }
}
