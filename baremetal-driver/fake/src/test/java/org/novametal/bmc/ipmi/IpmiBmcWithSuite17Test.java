package org.novametal.bmc.ipmi;

import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.ipmi.codec.CipherSuite;

/** The contract of our IPMI client with HMAC-SHA256. */
class IpmiBmcWithSuite17Test extends FakeIpmiContract {
    IpmiBmcWithSuite17Test() {
        super(ClientUnderTest.ipmi(), CipherSuite.SUITE_17);
    }
}
