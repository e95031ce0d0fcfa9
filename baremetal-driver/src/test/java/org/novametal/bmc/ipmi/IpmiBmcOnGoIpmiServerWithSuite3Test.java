package org.novametal.bmc.ipmi;

import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.novametal.bmc.BmcCapability;

/** The contract of our client on go-ipmi's {@code goipmi-server} with cipher suite 3. */
@Tag("peers")
class IpmiBmcOnGoIpmiServerWithSuite3Test extends GoIpmiServerContract {
    IpmiBmcOnGoIpmiServerWithSuite3Test() {
        super(new IpmiBmcFactory(), "ipmi", 3);
    }

    @Override
    protected Set<Class<? extends BmcCapability>> capabilities() {
        return FakeIpmiContract.CAPABILITIES;
    }
}
