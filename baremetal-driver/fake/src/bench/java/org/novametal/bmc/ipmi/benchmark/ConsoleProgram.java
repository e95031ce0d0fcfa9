package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.PeerProgram;

/**
 * A program that holds one console on a terminal.
 *
 * @param name what it is called
 * @param debianPackage what it is in
 * @param commandLine how it is started, with {@code %s} for host and port
 * @param banner the end of what it writes when the console is open
 */
record ConsoleProgram(String name, String debianPackage, String commandLine, String banner) {
    /** Debian's ipmitool. */
    static ConsoleProgram ipmitool(int suite) {
        return new ConsoleProgram(
                "ipmitool",
                "ipmitool",
                "ipmitool -I lanplus -C " + suite + " -U " + Farm.USER.username()
                        + " -f password -H %s -p %s sol activate",
                "help]\r\n");
    }

    /** FreeIPMI's ipmiconsole. */
    static ConsoleProgram ipmiconsole(int suite) {
        return new ConsoleProgram(
                "ipmiconsole",
                "freeipmi-tools",
                "ipmiconsole --config-file=freeipmi.conf -I " + suite + " -h %s:%s",
                "[SOL established]\r\n");
    }

    /** The command line for one BMC; the shell that reads it becomes the program. */
    String commandLine(BmcAddress address) {
        return "exec " + String.format(commandLine, address.host(), address.port());
    }

    /** Where the programs find their passwords: in files, so that no command line holds one. */
    static void writePasswords(Path folder) throws IOException {
        PeerProgram.secretFile(folder, "password", Farm.USER.password());
        PeerProgram.secretFile(
                folder,
                "freeipmi.conf",
                "username " + Farm.USER.username() + "\npassword " + Farm.USER.password() + "\n");
    }

    static List<ConsoleProgram> all(int suite) {
        return List.of(ipmitool(suite), ipmiconsole(suite));
    }
}
