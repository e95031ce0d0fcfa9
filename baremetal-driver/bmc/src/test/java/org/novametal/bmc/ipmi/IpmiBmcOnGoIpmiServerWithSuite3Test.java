package org.novametal.bmc.ipmi;

import org.junit.jupiter.api.Tag;
import org.novametal.bmc.ClientUnderTest;

/** The contract of our client on go-ipmi's {@code goipmi-server} with cipher suite 3. */
@Tag("peers")
class IpmiBmcOnGoIpmiServerWithSuite3Test extends GoIpmiServerContract {
    IpmiBmcOnGoIpmiServerWithSuite3Test() {
        super(ClientUnderTest.ipmi(), 3);
    }
}
