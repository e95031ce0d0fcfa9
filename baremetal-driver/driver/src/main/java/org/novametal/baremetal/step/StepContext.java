package org.novametal.baremetal.step;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.driver.model.PowerState;

/** All that a step sees: its node, what it remembers, and nothing of the wiring. */
public interface StepContext {
    /** The node as it was when the step was called. */
    NodeRecord node();

    /** The node's ports by position. */
    List<PortRecord> ports();

    /**
     * What the operation was given.
     *
     * @throws IllegalStateException when it was given an input of another type
     */
    <I extends OperationInput> I input(Class<I> type);

    /** What a step of this operation remembered under that key. */
    Optional<String> recall(String key);

    /** Keeps a value in the store, for this step and later ones; on disk when this returns. No secrets. */
    void remember(String key, String value);

    /** What is known of the ramdisk on the node. */
    Optional<AgentRecord> agent();

    /** Forgets the ramdisk on the node. */
    void forgetAgent();

    /** Notes the power state that was seen. */
    void recordPower(PowerState power);

    /** How much of the present step is done, 0.0 to 1.0. */
    void progress(double fraction);

    /** The time. */
    Instant now();

    /** When the present step was begun, later by what it has waited for its turn. */
    Instant since();
}
