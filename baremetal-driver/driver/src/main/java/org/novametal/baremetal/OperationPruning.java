package org.novametal.baremetal;

import java.time.Duration;
import java.time.InstantSource;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.store.OperationStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes records of finished operations that are too old or too many. Used by one thread at a time. */
final class OperationPruning {
    private static final Logger LOG = LoggerFactory.getLogger(OperationPruning.class);
    /** The time between two runs. */
    static final Duration INTERVAL = Duration.ofHours(1);

    private final OperationStore operations;
    private final BareMetalOptions.Inventory options;
    private final InstantSource clock;

    OperationPruning(OperationStore operations, BareMetalOptions.Inventory options, InstantSource clock) {
        this.operations = operations;
        this.options = options;
        this.clock = clock;
    }

    /**
     * Deletes records.
     *
     * @throws org.novametal.driver.error.DriverException when the store does not answer; the next run deletes the rest
     */
    synchronized void run() {
        int pruned = operations.prune(clock.instant().minus(options.keepOperationsFor()), options.keepOperations());
        if (pruned > 0) {
            LOG.info(
                    "deleted {} records of finished operations, according to operation_keep_time and operation_keep_count",
                    pruned);
        }
    }
}
