package org.novametal.driver.capability;

import org.novametal.driver.model.Instance;
import org.novametal.driver.trace.NovaMethod;

/** Makes an instance's kernel dump itself, by a diagnostic interrupt. */
public non-sealed interface CrashDump extends DriverCapability {
    /** Sends the interrupt. */
    @NovaMethod("trigger_crash_dump")
    void triggerCrashDump(Instance instance) throws InterruptedException;
}
