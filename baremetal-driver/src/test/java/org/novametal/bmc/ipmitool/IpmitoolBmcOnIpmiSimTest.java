package org.novametal.bmc.ipmitool;

import org.junit.jupiter.api.Tag;

/** The contract of ipmitool on {@code ipmi_sim} by IPMI 2.0. */
@Tag("peers")
class IpmitoolBmcOnIpmiSimTest extends IpmiSimWithIpmitoolContract {
    IpmitoolBmcOnIpmiSimTest() {
        super(IpmitoolBmcFactory.SCHEME);
    }
}
