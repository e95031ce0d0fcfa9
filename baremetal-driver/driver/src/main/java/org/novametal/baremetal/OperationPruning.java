package org.novametal.baremetal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.store.OperationStore;
import org.novametal.driver.error.DriverException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes records of finished operations that are too old or too many, at start and once an hour. */
final class OperationPruning {
    private static final Logger LOG = LoggerFactory.getLogger(OperationPruning.class);
    private static final Duration INTERVAL = Duration.ofHours(1);

    private final OperationStore operations;
    private final BareMetalOptions.Inventory options;
    private final InstantSource clock;
    private Instant due = Instant.MIN;

    OperationPruning(OperationStore operations, BareMetalOptions.Inventory options, InstantSource clock) {
        this.operations = operations;
        this.options = options;
        this.clock = clock;
    }

    /**
     * Deletes records if an hour has passed since the last run. A failure of the store is logged; the next run deletes the
     * rest.
     */
    synchronized void run() {
        Instant now = clock.instant();
        if (now.isBefore(due)) {
            return;
        }
        due = now.plus(INTERVAL);
        try {
            int pruned = operations.prune(now.minus(options.keepOperationsFor()), options.keepOperations());
            if (pruned > 0) {
                LOG.info(
                        "deleted {} records of finished operations, according to operation_keep_time and"
                                + " operation_keep_count",
                        pruned);
            }
        } catch (DriverException e) {
            LOG.warn(
                    "records of finished operations could not be deleted; the next run tries again: {}",
                    e.getMessage());
        }
    }
}
