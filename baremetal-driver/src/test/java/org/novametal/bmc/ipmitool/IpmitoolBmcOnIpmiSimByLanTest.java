package org.novametal.bmc.ipmitool;

import org.junit.jupiter.api.Tag;

/** The contract of ipmitool on {@code ipmi_sim} by IPMI 1.5. */
@Tag("peers")
class IpmitoolBmcOnIpmiSimByLanTest extends IpmiSimWithIpmitoolContract {
    IpmitoolBmcOnIpmiSimByLanTest() {
        super(IpmitoolBmcFactory.SCHEME_LAN);
    }
}
