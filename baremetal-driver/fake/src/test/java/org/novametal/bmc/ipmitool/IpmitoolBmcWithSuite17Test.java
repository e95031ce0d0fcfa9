package org.novametal.bmc.ipmitool;

import org.junit.jupiter.api.Tag;
import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.ipmi.FakeIpmiContract;
import org.novametal.bmc.ipmi.codec.CipherSuite;

/** The contract of ipmitool on our fake with cipher suite 17. */
@Tag("peers")
class IpmitoolBmcWithSuite17Test extends FakeIpmiContract {
    IpmitoolBmcWithSuite17Test() {
        super(ClientUnderTest.ipmitool(), CipherSuite.SUITE_17);
    }
}
