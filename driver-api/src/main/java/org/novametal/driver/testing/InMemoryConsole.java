package org.novametal.driver.testing;

import java.util.Set;
import java.util.function.Function;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.ConsoleConnection;
import org.novametal.driver.model.ConsoleType;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;

/** The console output of in-memory machines: the newest hundred lines, each ended by a line feed. */
final class InMemoryConsole implements ConsoleAccess {
    private final Function<Instance, NodeRow> rowOf;

    InMemoryConsole(Function<Instance, NodeRow> rowOf) {
        this.rowOf = rowOf;
    }

    @Override
    public String getConsoleOutput(RequestContext context, Instance instance) {
        StringBuilder output = new StringBuilder();
        rowOf.apply(instance).console().forEach(line -> output.append(line).append('\n'));
        return output.toString();
    }

    @Override
    public Set<ConsoleType> consoleTypes() {
        return Set.of();
    }

    @Override
    public ConsoleConnection getConsole(RequestContext context, Instance instance, ConsoleType type) {
        NodeRow row = rowOf.apply(instance);
        throw new DriverException(
                ErrorCode.CONSOLE_TYPE_UNAVAILABLE,
                "there is no " + type + " console on the in-memory node '"
                        + row.node().name() + "'; only its output can be read");
    }
}
