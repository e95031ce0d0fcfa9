package org.novametal.baremetal.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The name of the machine on which this process runs, without asking a name server. */
final class MachineName {
    private MachineName() {}

    /** The name; {@code unknown} where the system does not give it. Source: Linux, proc(5), {@code kernel/hostname}. */
    static String get() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            // Other systems name the machine in the environment.
            return Optional.ofNullable(System.getenv("HOSTNAME"))
                    .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
                    .orElse("unknown");
        }
    }
}
