package org.novametal.bmc;

import java.util.Set;
import org.novametal.bmc.ipmi.IpmiBmcFactory;
import org.novametal.bmc.ipmitool.IpmitoolBmcFactory;
import org.novametal.bmc.redfish.RedfishBmcFactory;

/**
 * One of this module's clients for BMCs.
 *
 * @param factory a new factory, closed after the test
 * @param scheme the scheme of its addresses
 * @param capabilities the capabilities that it has for every peer
 */
public record ClientUnderTest(BmcFactory factory, String scheme, Set<Class<? extends BmcCapability>> capabilities) {

    /** The IPMI engine. */
    public static ClientUnderTest ipmi() {
        return new ClientUnderTest(
                new IpmiBmcFactory(),
                IpmiBmcFactory.SCHEME,
                Set.of(
                        BootDeviceControl.class,
                        PowerPolling.class,
                        ChassisIdentify.class,
                        DeviceInformation.class,
                        RestartCauseInquiry.class,
                        RawCommands.class,
                        SerialConsole.class));
    }

    /** The program ipmitool with IPMI 2.0. */
    public static ClientUnderTest ipmitool() {
        return ipmitool(IpmitoolBmcFactory.SCHEME);
    }

    /** The program ipmitool with IPMI 1.5. */
    public static ClientUnderTest ipmitoolByLan() {
        return ipmitool(IpmitoolBmcFactory.SCHEME_LAN);
    }

    private static ClientUnderTest ipmitool(String scheme) {
        return new ClientUnderTest(
                new IpmitoolBmcFactory(),
                scheme,
                Set.of(
                        BootDeviceControl.class,
                        ChassisIdentify.class,
                        DeviceInformation.class,
                        RestartCauseInquiry.class,
                        RawCommands.class));
    }

    /** Redfish. */
    public static ClientUnderTest redfish() {
        return new ClientUnderTest(
                new RedfishBmcFactory(),
                RedfishBmcFactory.SCHEME,
                Set.of(BootDeviceControl.class, DeviceInformation.class, ChassisIdentify.class, PowerPolling.class));
    }
}
