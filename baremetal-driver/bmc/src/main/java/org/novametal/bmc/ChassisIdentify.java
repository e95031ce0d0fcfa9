package org.novametal.bmc;

import java.time.Duration;

/** Makes the machine identify itself, mostly by a light. */
public interface ChassisIdentify extends BmcCapability {
    /**
     * Identifies the machine for a time; a new call replaces the one before.
     *
     * @param duration rounded up to seconds; zero stops it; more than 255 seconds: until it is stopped
     */
    void identify(Duration duration) throws InterruptedException;
}
