package org.novametal.bmc.ipmitool;

import org.junit.jupiter.api.Tag;
import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.ipmi.GoIpmiServerContract;

/** The contract of ipmitool on go-ipmi's {@code goipmi-server} with cipher suite 17. */
@Tag("peers")
class IpmitoolBmcOnGoIpmiServerTest extends GoIpmiServerContract {
    IpmitoolBmcOnGoIpmiServerTest() {
        super(ClientUnderTest.ipmitool(), 17);
    }
}
