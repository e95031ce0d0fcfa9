package org.novametal.bmc.ipmitool;

import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.ipmi.GoIpmiServerContract;

/** The contract of ipmitool on go-ipmi's {@code goipmi-server} with cipher suite 17. */
@Tag("peers")
class IpmitoolBmcOnGoIpmiServerTest extends GoIpmiServerContract {
    IpmitoolBmcOnGoIpmiServerTest() {
        super(new IpmitoolBmcFactory(), "ipmitool", 17);
    }

    @Override
    protected Set<Class<? extends BmcCapability>> capabilities() {
        return FakeWithIpmitoolContract.CAPABILITIES;
    }
}
