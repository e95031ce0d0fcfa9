package org.novametal.bmc.ipmi;

import org.junit.jupiter.api.Tag;
import org.novametal.bmc.ClientUnderTest;

/** The contract of our client on go-ipmi's {@code goipmi-server} with cipher suite 17. */
@Tag("peers")
class IpmiBmcOnGoIpmiServerWithSuite17Test extends GoIpmiServerContract {
    IpmiBmcOnGoIpmiServerWithSuite17Test() {
        super(ClientUnderTest.ipmi(), 17);
    }
}
