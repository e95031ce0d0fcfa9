package org.novametal.bmc.ipmitool;

import org.junit.jupiter.api.Tag;
import org.novametal.bmc.ipmi.codec.CipherSuite;

/** The contract of ipmitool on our fake with cipher suite 17. */
@Tag("peers")
class IpmitoolBmcWithSuite17Test extends FakeWithIpmitoolContract {
    IpmitoolBmcWithSuite17Test() {
        super(CipherSuite.SUITE_17);
    }
}
