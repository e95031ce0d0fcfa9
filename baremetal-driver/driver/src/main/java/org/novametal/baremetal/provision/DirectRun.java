package org.novametal.baremetal.provision;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.DeploySpec;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeStore;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.PowerState;

/** Steps run at once on the caller's thread; what they remember lasts as long as the run. Not for several threads. */
final class DirectRun implements StepContext {
    private final NodeStore store;
    private final InstantSource clock;
    private final NodeRecord node;
    private final Map<String, String> memory = new HashMap<>();
    private Instant since;

    DirectRun(NodeStore store, InstantSource clock, NodeRecord node) {
        this.store = store;
        this.clock = clock;
        this.node = node;
        this.since = clock.instant();
    }

    StepResult run(List<Step> steps) throws InterruptedException {
        for (Step step : steps) {
            since = clock.instant();
            StepResult result = toTheEnd(step);
            if (result instanceof StepResult.Failed) {
                return result;
            }
        }
        return StepResult.DONE;
    }

    private StepResult toTheEnd(Step step) throws InterruptedException {
        Pause pause = new Pause();
        while (true) {
            StepResult result = step.run(this);
            if (!(result instanceof StepResult.Wait wait)) {
                return result;
            }
            if (!clock.instant().isBefore(since.plus(step.limit()))) {
                return new StepResult.Failed(
                        ErrorCode.DEPLOY_FAILED,
                        step.name() + " on " + node.name() + " waited "
                                + step.limit().toSeconds() + " s for " + wait.what());
            }
            Instant before = clock.instant();
            pause.await(wait.pollAfter());
            if (wait.on() == StepResult.WaitFor.TURN) {
                since = since.plus(Duration.between(before, clock.instant()));
            }
        }
    }

    @Override
    public NodeRecord node() {
        return node;
    }

    @Override
    public List<PortRecord> ports() {
        return store.ports(node.uuid());
    }

    @Override
    public DeploySpec spec() {
        throw new IllegalStateException("a direct run puts nothing on the node");
    }

    @Override
    public Optional<String> recall(String key) {
        return Optional.ofNullable(memory.get(key));
    }

    @Override
    public void remember(String key, String value) {
        memory.put(key, value);
    }

    @Override
    public Optional<AgentRecord> agent() {
        return store.agent(node.uuid());
    }

    @Override
    public void forgetAgent() {
        store.forgetAgent(node.uuid());
    }

    @Override
    public void recordPower(PowerState power) {
        store.recordPower(node.uuid(), power);
    }

    @Override
    public void wantPower(PowerState power) {
        store.wantPower(node.uuid(), WantedPower.of(power));
    }

    @Override
    public void progress(double fraction) {
        // Nobody watches a direct run but its caller, who waits for it.
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public Instant since() {
        return since;
    }
}
