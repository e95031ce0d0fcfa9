package org.novametal.bmc.ipmi;

import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.novametal.bmc.BmcCapability;

/** The contract of our client on go-ipmi's {@code goipmi-server} with cipher suite 17. */
@Tag("peers")
class IpmiBmcOnGoIpmiServerWithSuite17Test extends GoIpmiServerContract {
    IpmiBmcOnGoIpmiServerWithSuite17Test() {
        super(new IpmiBmcFactory(), "ipmi", 17);
    }

    @Override
    protected Set<Class<? extends BmcCapability>> capabilities() {
        return FakeIpmiContract.CAPABILITIES;
    }
}
