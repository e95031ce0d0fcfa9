package com.example.outlet;

import org.novametal.bmc.BmcCapability;

/** A capability of the vendor's own: what a machine draws. Programs that know this class ask a BMC for it. */
public interface OutletCurrent extends BmcCapability {
    /** Reads the current, in milliamperes. */
    int readMilliamperes() throws InterruptedException;
}
