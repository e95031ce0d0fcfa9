package com.example.outlet;

import org.novametal.bmc.BmcCapability;

/**
 * A capability defined by the vendor: the current that a machine draws. Programs that know this interface request it from a
 * BMC.
 */
public interface OutletCurrent extends BmcCapability {
    /** Reads the current, in milliamperes. */
    int readMilliamperes() throws InterruptedException;
}
