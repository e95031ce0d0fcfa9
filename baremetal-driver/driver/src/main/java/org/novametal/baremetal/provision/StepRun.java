package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.FoundHardware;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.store.Store;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;

/** The context of a running step: its node, the input, and a memory, which is on disk only for operations. */
record StepRun(
        Store store,
        NodeRecord node,
        OperationInput input,
        Supplier<Map<String, Secret>> storedSecrets,
        Memory memory,
        Time time,
        Reports reports)
        implements StepContext {
    /** Storage of values for steps. */
    interface Memory {
        /** The value under a key. */
        Optional<String> recall(String key);

        /** Stores a value under a key. */
        void remember(String key, String value);
    }

    /** The times of the present step; see {@link StepContext}. */
    interface Time {
        /** How long the operation has been worked on. */
        Duration worked();

        /** How long the present step has taken. */
        Duration inStep();

        /** How long this process has worked on a step that an earlier one began. */
        Optional<Duration> sinceTakeover();
    }

    /** Notified of what a step reports. */
    interface Reports {
        /** A part is done, from 0.0 to 1.0. */
        void progress(double fraction);

        /** The step waits until others have ended. */
        void waitsForTurn(String what);

        /** A power command is sent to the machine. */
        void powerRequested(PowerAction action);

        /** The machine's power was read and stored. */
        void powerRecorded();
    }

    @Override
    public List<PortRecord> ports() {
        return store.nodes().ports(uuid());
    }

    @Override
    public <I extends OperationInput> I input(Class<I> type) {
        if (!type.isInstance(input)) {
            throw new IllegalStateException("the input of the operation is "
                    + input.getClass().getSimpleName() + ", not " + type.getSimpleName());
        }
        return type.cast(input);
    }

    @Override
    public Map<String, Secret> secrets() {
        return storedSecrets.get();
    }

    @Override
    public Optional<String> recall(String key) {
        return memory.recall(key);
    }

    @Override
    public void remember(String key, String value) {
        memory.remember(key, value);
    }

    @Override
    public Optional<AgentRecord> agent() {
        return store.agents().find(uuid());
    }

    @Override
    public void forgetAgent() {
        store.agents().forget(uuid());
    }

    @Override
    public void recordPower(PowerState power) {
        store.nodes().recordPower(uuid(), power);
        reports.powerRecorded();
    }

    @Override
    public void powerRequested(PowerAction action) {
        reports.powerRequested(action);
    }

    @Override
    public void recordHardware(FoundHardware found, FoundHardware.Given given) {
        store.nodes().recordHardware(uuid(), found, given);
    }

    @Override
    public void progress(double fraction) {
        reports.progress(fraction);
    }

    @Override
    public void waitsForTurn(String what) {
        reports.waitsForTurn(what);
    }

    @Override
    public Duration worked() {
        return time.worked();
    }

    @Override
    public Duration inStep() {
        return time.inStep();
    }

    @Override
    public Optional<Duration> sinceTakeover() {
        return time.sinceTakeover();
    }

    private UUID uuid() {
        return node.uuid();
    }
}
