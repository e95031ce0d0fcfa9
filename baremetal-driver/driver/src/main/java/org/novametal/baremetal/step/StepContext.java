package org.novametal.baremetal.step;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.FoundHardware;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;

/** All that a step has access to: its node, the operation's input and memory, and the ramdisk's record. */
public interface StepContext {
    /** The node as it was when the step was called. */
    NodeRecord node();

    /** The node's ports by position. */
    List<PortRecord> ports();

    /**
     * The input of the operation.
     *
     * @throws IllegalStateException when the input has another type
     */
    <I extends OperationInput> I input(Class<I> type);

    /** The secrets of the operation's input, by name; empty if it has none. */
    Map<String, Secret> secrets();

    /** A secret input of the operation; empty if it has none of that name. */
    default Optional<Secret> secret(String name) {
        return Optional.ofNullable(secrets().get(name));
    }

    /** The value that a step of this operation stored under that key. */
    Optional<String> recall(String key);

    /** Keeps a value in the store, for this step and later ones; on disk when this returns. No secrets. */
    void remember(String key, String value);

    /** The record of the ramdisk on the node. */
    Optional<AgentRecord> agent();

    /** Forgets the ramdisk on the node. */
    void forgetAgent();

    /**
     * Reports that a power command is sent to the machine. The command ends when a power state is {@linkplain #recordPower
     * stored}, when another command follows, or with the step.
     */
    void powerRequested(PowerAction action);

    /** Stores the power state that was read. */
    void recordPower(PowerState power);

    /** Stores what an inspection found. */
    void recordHardware(FoundHardware found, FoundHardware.Given given);

    /** Reports how much of the present step is done, 0.0 to 1.0. */
    void progress(double fraction);

    /**
     * Reports that the present step waits, while it is called, until others have ended. The time until its next {@link
     * #progress}, or until the call ends, does not count for its limit.
     *
     * @param what what it waits for, for people
     */
    void waitsForTurn(String what);

    /**
     * How long the operation has been worked on in all: the scale on which steps {@linkplain Stamp remember moments}. It only
     * grows, whatever happens to the system's clock, and goes on after a restart; the time while no process worked on the
     * operation, and waits for a {@linkplain StepResult.WaitFor#TURN turn}, do not count.
     */
    Duration worked();

    /** How long the present step has taken, on the scale of {@link #worked}; its limit is compared with this. */
    Duration inStep();

    /**
     * How long this process has worked on the present step, if an earlier process had begun it; empty for a step that this
     * process began.
     */
    Optional<Duration> sinceTakeover();
}
