package org.novametal.bmc;

import java.time.Duration;

/** Lets the machine show which one it is, by a light mostly. */
public interface ChassisIdentify extends BmcCapability {
    /**
     * Shows it for a time; a new call replaces the one before.
     *
     * @param duration rounded up to seconds; zero stops it; more than 255 seconds: until it is stopped
     */
    void identify(Duration duration) throws InterruptedException;
}
