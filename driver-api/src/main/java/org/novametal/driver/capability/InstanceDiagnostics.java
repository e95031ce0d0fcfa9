package org.novametal.driver.capability;

import java.util.Map;
import org.novametal.driver.model.Instance;
import org.novametal.driver.trace.NovaMethod;

/** Reads facts about a running instance for its administrator. */
public non-sealed interface InstanceDiagnostics extends DriverCapability {
    /** The facts by name; values are numbers or texts without secrets. */
    @NovaMethod({"get_diagnostics", "get_instance_diagnostics"})
    Map<String, String> getInstanceDiagnostics(Instance instance);
}
