package org.novametal.baremetal.provision;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.DeploySpec;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.OperationRecord;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.driver.model.PowerState;

/** What a step of a stored operation sees. */
final class RunnerContext implements StepContext {
    private final OperationRunner runner;
    private final NodeRecord node;
    private final OperationRecord operation;
    private final Step step;

    RunnerContext(OperationRunner runner, NodeRecord node, OperationRecord operation, Step step) {
        this.runner = runner;
        this.node = node;
        this.operation = operation;
        this.step = step;
    }

    @Override
    public NodeRecord node() {
        return node;
    }

    @Override
    public List<PortRecord> ports() {
        return runner.store().ports(node.uuid());
    }

    @Override
    public DeploySpec spec() {
        return operation
                .spec()
                .orElseThrow(() -> new IllegalStateException(
                        "a " + operation.kind().persistedName() + " operation puts nothing on the node"));
    }

    @Override
    public Optional<String> recall(String key) {
        return Optional.ofNullable(runner.record().memory().get(key));
    }

    @Override
    public void remember(String key, String value) {
        runner.remember(key, value);
    }

    @Override
    public Optional<AgentRecord> agent() {
        return runner.store().agent(node.uuid());
    }

    @Override
    public void forgetAgent() {
        runner.store().forgetAgent(node.uuid());
    }

    @Override
    public void recordPower(PowerState power) {
        runner.store().recordPower(node.uuid(), power);
    }

    @Override
    public void wantPower(PowerState power) {
        throw new IllegalStateException("what is wanted follows from the operation's end");
    }

    @Override
    public void progress(double fraction) {
        runner.progress(node, operation, step.name(), operation.step(), fraction);
    }

    @Override
    public Instant now() {
        return runner.now();
    }

    @Override
    public Instant since() {
        return runner.since();
    }
}
