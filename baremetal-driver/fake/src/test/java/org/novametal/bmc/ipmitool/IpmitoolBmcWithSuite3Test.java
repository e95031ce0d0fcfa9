package org.novametal.bmc.ipmitool;

import org.junit.jupiter.api.Tag;
import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.ipmi.FakeIpmiContract;
import org.novametal.bmc.ipmi.codec.CipherSuite;

/** The contract of ipmitool on our fake with cipher suite 3. */
@Tag("peers")
class IpmitoolBmcWithSuite3Test extends FakeIpmiContract {
    IpmitoolBmcWithSuite3Test() {
        super(ClientUnderTest.ipmitool(), CipherSuite.SUITE_3);
    }
}
