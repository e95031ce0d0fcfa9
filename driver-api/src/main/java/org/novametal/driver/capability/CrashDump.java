package org.novametal.driver.capability;

import org.novametal.driver.model.Instance;
import org.novametal.driver.trace.NovaMethod;

/** Makes an instance's kernel write a crash dump, by a diagnostic interrupt. */
public non-sealed interface CrashDump extends DriverCapability {
    /** Sends the diagnostic interrupt. */
    @NovaMethod("trigger_crash_dump")
    void triggerCrashDump(Instance instance) throws InterruptedException;
}
