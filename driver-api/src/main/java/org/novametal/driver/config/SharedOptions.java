package org.novametal.driver.config;

import java.time.Duration;
import org.novametal.driver.config.Option.Need;
import org.novametal.driver.config.Option.Places;

/**
 * The options of {@code [baremetal]} that the compute host and the scheduler share. They are defined here because
 * neither module depends on the other, and each must know and check all options of a file that both read.
 */
public final class SharedOptions {
    /** The driver's class. */
    public static final Option<String> COMPUTE_DRIVER = hostClass(
            "compute_driver", "nova.virt.baremetal.driver.BareMetalDriver", "The driver's class, or an alias of it.");

    /** The host manager's class. */
    public static final Option<String> SCHEDULER_HOST_MANAGER = hostClass(
            "scheduler_host_manager",
            "nova.scheduler.baremetal_host_manager.BaremetalHostManager",
            "The scheduler's host manager: its class, or an alias of it.");

    /** How long a node stays claimed for an instance. */
    public static final Option<Duration> SCHEDULER_CLAIM_TIMEOUT = Option.seconds(
            "scheduler_claim_timeout",
            "1",
            "1800",
            "How long the host manager reserves a chosen node for its instance until the driver reports the instance on"
                    + " it.");

    /** The allocation ratio of a node's memory, which must be 1.0. */
    public static final Option<Double> RAM_ALLOCATION_RATIO = new Option<>(
            "ram_allocation_ratio",
            "1.0",
            new Need.Default<>(1.0),
            Places.OURS,
            "A machine is allocated as a whole to one instance. The option of that name in [DEFAULT] is for hypervisors"
                    + " and has no effect here.",
            (reader, key) -> reader.decimal(key)
                    .check(
                            ratio -> ratio == 1.0,
                            "is not 1.0; a bare-metal node is allocated as a whole to one instance; write 1.0, or set the"
                                    + " ratio for hypervisors under [DEFAULT]"),
            value -> Double.toString(value));

    /** Memory in MiB that counts as used. */
    public static final Option<Integer> RESERVED_HOST_MEMORY_MB = Option.integer(
                    "reserved_host_memory_mb", 0, 0, "Memory in MiB that counts as used on a free node.")
            .alsoInDefault();

    private SharedOptions() {}

    private static Option<String> hostClass(String name, String example, String help) {
        return new Option<>(
                        name,
                        "a class name",
                        new Need.None<>(example),
                        Places.OURS,
                        help,
                        (reader, key) -> reader.string(key).minLength(1),
                        value -> value)
                .alsoInDefault();
    }
}
