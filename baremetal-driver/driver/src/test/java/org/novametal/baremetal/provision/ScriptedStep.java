package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;

/** A step that does what a test says and notes what was done, in a world that outlives the process that did it. */
public final class ScriptedStep implements Step {
    private final String name;
    private final StepEffect effect;
    private final List<String> world;
    private final Deque<Supplier<StepResult>> runs = new ConcurrentLinkedDeque<>();
    private final Deque<Supplier<StepResult>> undos = new ConcurrentLinkedDeque<>();

    /** A step of that name and effect; what it does is added to {@code world}. */
    public ScriptedStep(String name, StepEffect effect, List<String> world) {
        this.name = name;
        this.effect = effect;
        this.world = world;
    }

    /** What the next run answers, in place of "done". */
    public ScriptedStep answering(Supplier<StepResult> result) {
        runs.add(result);
        return this;
    }

    /** What the next undo answers, in place of "done". */
    public ScriptedStep undoAnswering(Supplier<StepResult> result) {
        undos.add(result);
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(30);
    }

    @Override
    public StepEffect effect() {
        return effect;
    }

    @Override
    public StepResult run(StepContext context) {
        context.remember(name + ".ran", "yes");
        world.add("run " + name);
        Supplier<StepResult> scripted = runs.poll();
        return scripted == null ? StepResult.DONE : scripted.get();
    }

    @Override
    public StepResult undo(StepContext context) {
        world.add("undo " + name);
        Supplier<StepResult> scripted = undos.poll();
        return scripted == null ? StepResult.DONE : scripted.get();
    }
}
