package org.novametal.bmc.redfish;

import org.novametal.fake.FakeRedfishProfile;

/** The contract on a service with sessions, a power cycle and plain answers. */
class RedfishBmcTest extends FakeRedfishContract {
    RedfishBmcTest() {
        super(FakeRedfishProfile.DEFAULTS);
    }
}
