package org.novametal.driver.capability;

import java.util.Set;
import org.novametal.driver.model.ConsoleConnection;
import org.novametal.driver.model.ConsoleType;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.trace.NovaMethod;

/** Reads the console output of an instance, and opens interactive consoles if the driver can. */
public non-sealed interface ConsoleAccess extends DriverCapability {
    /**
     * The newest part of the instance's console output, decoded as UTF-8 with replacement characters and with secrets
     * blanked out; the driver limits its length.
     *
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}, {@code CONSOLE_NOT_AVAILABLE}
     */
    @NovaMethod("get_console_output")
    String getConsoleOutput(RequestContext context, Instance instance);

    /** The kinds of interactive console that {@link #getConsole} can open; empty when only output can be read. */
    Set<ConsoleType> consoleTypes();

    /**
     * Opens an interactive console.
     *
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}; {@code CONSOLE_TYPE_UNAVAILABLE}
     *     for a kind that is not in {@link #consoleTypes()}; {@code CONSOLE_NOT_AVAILABLE} when the console cannot be
     *     opened now
     */
    @NovaMethod({"get_serial_console", "get_vnc_console", "get_spice_console", "get_mks_console"})
    ConsoleConnection getConsole(RequestContext context, Instance instance, ConsoleType type);
}
