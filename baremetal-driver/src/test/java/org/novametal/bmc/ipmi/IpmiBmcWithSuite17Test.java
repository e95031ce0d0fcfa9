package org.novametal.bmc.ipmi;

import java.util.List;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.fake.FakeIpmiProfile;

/** The contract of our IPMI client with HMAC-SHA256. */
class IpmiBmcWithSuite17Test extends FakeIpmiContract {
    IpmiBmcWithSuite17Test() {
        super(FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(CipherSuite.SUITE_17)));
    }
}
