package org.novametal.bmc;

import java.util.UUID;

/** What a BMC says about itself and its machine. */
public interface DeviceInformation extends BmcCapability {
    /** Reads who made the BMC and what firmware it runs. */
    DeviceDescription readDevice() throws InterruptedException;

    /** Reads the machine's UUID, as SMBIOS has it. */
    UUID readSystemUuid() throws InterruptedException;
}
