package org.novametal.bmc.ipmitool;

import org.junit.jupiter.api.Tag;
import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.ipmi.IpmiSimContract;

/** The contract of ipmitool on {@code ipmi_sim} with IPMI 2.0. */
@Tag("peers")
class IpmitoolBmcOnIpmiSimTest extends IpmiSimContract {
    IpmitoolBmcOnIpmiSimTest() {
        super(ClientUnderTest.ipmitool());
    }
}
