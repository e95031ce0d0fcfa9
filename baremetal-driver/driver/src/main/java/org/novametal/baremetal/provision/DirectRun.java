package org.novametal.baremetal.provision;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.store.Store;

/** Runs steps at once on the caller's thread; values that the steps store are lost at the end of the run. Not thread-safe. */
final class DirectRun implements StepRun.Memory {
    private final InstantSource clock;
    private final NodeRecord node;
    private final StepContext context;
    private final Map<String, String> memory = new HashMap<>();
    private Instant since;

    DirectRun(Store store, InstantSource clock, NodeRecord node) {
        this.clock = clock;
        this.node = node;
        this.since = clock.instant();
        // Progress is not reported, because the only reader would be the caller, which waits for the end.
        this.context = new StepRun(store, clock, node, OperationInput.NOTHING, Map::of, this, () -> since, _ -> {});
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
            StepResult result = step.run(context);
            if (result instanceof StepResult.BackTo back) {
                return new StepResult.Failed(
                        FailureCause.OTHER,
                        step.name() + " on " + node.name() + " has no step to go back to: " + back.why());
            }
            if (!(result instanceof StepResult.Wait wait)) {
                return result;
            }
            if (!clock.instant().isBefore(since.plus(step.limit()))) {
                return new StepResult.Failed(
                        FailureCause.TIMEOUT,
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
    public Optional<String> recall(String key) {
        return Optional.ofNullable(memory.get(key));
    }

    @Override
    public void remember(String key, String value) {
        memory.put(key, value);
    }
}
