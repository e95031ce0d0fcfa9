package org.novametal.bmc.ipmi;

import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.ipmi.codec.CipherSuite;

/** The contract of our IPMI client with HMAC-SHA1: the BMC refuses suite 17, and the client falls back. */
class IpmiBmcWithSuite3Test extends FakeIpmiContract {
    IpmiBmcWithSuite3Test() {
        super(ClientUnderTest.ipmi(), CipherSuite.SUITE_3);
    }
}
