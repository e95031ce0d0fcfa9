package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.store.Store;
import org.novametal.bmc.PowerAction;

/** Runs steps at once on the caller's thread; values that the steps store are lost at the end of the run. Not thread-safe. */
final class DirectRun implements StepRun.Memory, StepRun.Time, StepRun.Reports {
    private final WorkTime time;
    private final NodeRecord node;
    private final StepContext context;
    private final Map<String, String> memory = new HashMap<>();
    private Duration stepBegun = Duration.ZERO;

    DirectRun(Store store, LongSupplier nanoTime, NodeRecord node) {
        this.time = new WorkTime(nanoTime, Duration.ZERO);
        this.node = node;
        this.context = new StepRun(store, node, OperationInput.NOTHING, Map::of, this, this, this);
    }

    StepResult run(List<Step> steps) throws InterruptedException {
        time.start();
        for (Step step : steps) {
            stepBegun = time.total();
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
            time.start();
            if (result instanceof StepResult.BackTo back) {
                return new StepResult.Failed(
                        FailureCause.OTHER,
                        step.name() + " on " + node.name() + " has no step to go back to: " + back.why());
            }
            if (!(result instanceof StepResult.Wait wait)) {
                return result;
            }
            if (inStep().compareTo(step.limit()) >= 0) {
                return new StepResult.Failed(
                        FailureCause.TIMEOUT,
                        step.name() + " on " + node.name() + " waited " + inStep().toSeconds() + " s for "
                                + wait.what());
            }
            if (wait.on() == StepResult.WaitFor.TURN) {
                time.stop();
            }
            pause.await(wait.pollAfter());
            time.start();
        }
    }

    @Override
    public Duration worked() {
        return time.total();
    }

    @Override
    public Duration inStep() {
        return time.total().minus(stepBegun);
    }

    @Override
    public Optional<Duration> sinceTakeover() {
        return Optional.empty();
    }

    /** Does nothing: the only reader would be the caller, which waits for the end. */
    @Override
    public void progress(double fraction) {
        time.start();
    }

    @Override
    public void waitsForTurn(String what) {
        time.stop();
    }

    /** Does nothing: a power command that is not part of an operation is reported by its sender. */
    @Override
    public void powerRequested(PowerAction action) {}

    @Override
    public void powerRecorded() {}

    @Override
    public Optional<String> recall(String key) {
        return Optional.ofNullable(memory.get(key));
    }

    @Override
    public void remember(String key, String value) {
        memory.put(key, value);
    }
}
