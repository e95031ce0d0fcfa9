package org.novametal.bmc.ipmi;

import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;

/** The contract of our IPMI client on a BMC whose packets depart from the specification in all ways at once. */
class IpmiBmcWithQuirksTest extends FakeIpmiContract {
    IpmiBmcWithQuirksTest() {
        super(
                ClientUnderTest.ipmi(),
                CipherSuite.SUITE_17,
                FakeFaults.of(
                        FakeFault.AES_FULL_PAD,
                        FakeFault.AES_PAD_ZEROS,
                        FakeFault.NO_INTEGRITY_PAD,
                        FakeFault.SETUP_TAG_ZERO,
                        FakeFault.SETUP_SESSION_ECHO,
                        FakeFault.BARE_REFUSAL,
                        FakeFault.WRONG_CHECKSUM,
                        FakeFault.STANDING_NUMBERS,
                        FakeFault.REFUSES_PRESENT_POWER));
    }
}
