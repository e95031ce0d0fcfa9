package org.novametal.bmc.ipmi;

import java.util.List;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.fake.FakeIpmiProfile;

/** The contract of our IPMI client with HMAC-SHA1: the BMC refuses suite 17, and the client falls back. */
class IpmiBmcWithSuite3Test extends FakeIpmiContract {
    IpmiBmcWithSuite3Test() {
        super(FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(CipherSuite.SUITE_3)));
    }
}
