package org.novametal.bmc.ipmi;

import org.junit.jupiter.api.Tag;
import org.novametal.bmc.ClientUnderTest;

/** The contract of our client on {@code ipmi_sim}. */
@Tag("peers")
class IpmiBmcOnIpmiSimTest extends IpmiSimContract {
    IpmiBmcOnIpmiSimTest() {
        super(ClientUnderTest.ipmi());
    }
}
