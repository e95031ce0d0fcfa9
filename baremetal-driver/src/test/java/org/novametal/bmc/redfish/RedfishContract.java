package org.novametal.bmc.redfish;

import java.nio.channels.DatagramChannel;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcContract;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.ChassisIdentify;
import org.novametal.bmc.DeviceInformation;

/** {@link BmcContract} of our Redfish client, whatever it speaks with. */
abstract class RedfishContract extends BmcContract {
    private final RedfishBmcFactory factory = new RedfishBmcFactory();
    private final SilentPort silent = new SilentPort();

    @AfterEach
    void closeFactory() {
        factory.close();
        silent.close();
    }

    @Override
    protected BmcFactory factory() {
        return factory;
    }

    @Override
    protected Set<Class<? extends BmcCapability>> capabilities() {
        return Set.of(BootDeviceControl.class, DeviceInformation.class, ChassisIdentify.class);
    }

    /** The contract's port is one of UDP; this one is of TCP. */
    @Override
    protected BmcAddress addressAt(int port) {
        return new BmcAddress("redfish", "127.0.0.1", silent.port(), "");
    }

    @Override
    protected boolean hasCalled(DatagramChannel unused) {
        return silent.hasCalled();
    }
}
