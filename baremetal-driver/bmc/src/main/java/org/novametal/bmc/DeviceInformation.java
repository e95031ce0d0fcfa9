package org.novametal.bmc;

import java.util.UUID;

/** Reads identification data of a BMC and its machine. */
public interface DeviceInformation extends BmcCapability {
    /** Reads the BMC's manufacturer, product and firmware version. */
    DeviceDescription readDevice() throws InterruptedException;

    /** Reads the machine's UUID, as stored in SMBIOS. */
    UUID readSystemUuid() throws InterruptedException;
}
