package org.novametal.bmc;

/** Chooses what a machine boots next. */
public interface BootDeviceControl extends BmcCapability {
    /** Reads the override that is set. */
    BootOverride readBootOverride() throws InterruptedException;

    /** Sets the override; {@link BootDevice#NONE} removes it. */
    void setBootOverride(BootOverride override) throws InterruptedException;
}
