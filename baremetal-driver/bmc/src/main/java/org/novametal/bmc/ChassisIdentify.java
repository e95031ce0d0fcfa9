package org.novametal.bmc;

import java.time.Duration;

/** Makes the machine identify itself, usually with a light. */
public interface ChassisIdentify extends BmcCapability {
    /**
     * Identifies the machine for a duration; a new call replaces the previous call.
     *
     * @param duration rounded up to seconds; zero stops it; more than 255 seconds lasts until it is stopped
     */
    void identify(Duration duration) throws InterruptedException;
}
