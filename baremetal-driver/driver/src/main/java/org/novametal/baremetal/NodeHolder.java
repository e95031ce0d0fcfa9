package org.novametal.baremetal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.store.HostStore.HostRecord;

/**
 * Who works on a node: an unfinished operation, and the compute host that runs it. One operation works on a node at a time; a
 * power command, which takes seconds, is not shown.
 *
 * @param operation the operation, with its kind, step and progress
 * @param host the compute host of the inventory, with its name, the boot of its machine, its process and last heartbeat; empty
 *     if none is announced
 * @param life whether that host lives
 */
public record NodeHolder(OperationRecord operation, Optional<HostRecord> host, Life life) {
    /** Whether the host of an operation lives. */
    public enum Life {
        /** It does. */
        ALIVE,
        /** It does not; the operation goes on when it starts again. */
        GONE
    }

    /** When the operation began, by the clock of the process that began it. */
    public Instant since() {
        return operation.createdAt();
    }

    /** How long the operation was worked on, as last stored: at most a minute ago. */
    public Duration worked() {
        return operation.progress().worked().total();
    }

    /** How long its present step has taken, as last stored. */
    public Duration inStep() {
        return operation.progress().worked().inStep();
    }
}
