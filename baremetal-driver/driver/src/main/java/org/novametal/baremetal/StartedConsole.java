package org.novametal.baremetal;

import java.util.Set;
import java.util.function.Supplier;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.model.ConsoleConnection;
import org.novametal.driver.model.ConsoleType;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;

/**
 * Console access that finds the running driver at each call, because capabilities may be requested before the driver is
 * started.
 */
record StartedConsole(Supplier<ConsoleAccess> started) implements ConsoleAccess {
    @Override
    public String getConsoleOutput(RequestContext context, Instance instance) {
        return started.get().getConsoleOutput(context, instance);
    }

    @Override
    public Set<ConsoleType> consoleTypes() {
        return Set.of();
    }

    @Override
    public ConsoleConnection getConsole(RequestContext context, Instance instance, ConsoleType type) {
        return started.get().getConsole(context, instance, type);
    }
}
