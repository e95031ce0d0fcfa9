package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.novametal.bmc.ipmi.benchmark.Side.Measured;

/** What we or a peer do again in each round; it keeps what it took. */
final class Step {
    /** Does it once. */
    interface Action {
        Sample take() throws IOException, InterruptedException, PeerMissingException;
    }

    private final String name;
    private final Action action;
    private final List<Sample> samples = new ArrayList<>();
    private Optional<String> missing = Optional.empty();

    Step(String name, Action action) {
        this.name = name;
        this.action = action;
    }

    /**
     * Takes the steps in turn: first to warm up, then in as many rounds as are kept.
     *
     * @param warmUps the rounds that are not kept
     */
    static void rounds(int warmUps, int kept, List<Step> steps) throws IOException, InterruptedException {
        for (int round = -warmUps; round < kept; round++) {
            if (round == 0) {
                steps.forEach(step -> step.samples.clear());
            }
            for (Step step : steps) {
                step.take();
            }
        }
    }

    private void take() throws IOException, InterruptedException {
        if (missing.isPresent()) {
            return;
        }
        try {
            samples.add(action.take());
        } catch (PeerMissingException e) {
            missing = Optional.of(e.why());
        }
    }

    String name() {
        return name;
    }

    /** How many answers were lost in the rounds that were kept. */
    int lost() {
        return samples.stream().mapToInt(Sample::lost).sum();
    }

    /** What it took, of a step that cannot be missing. */
    Measured measured(ToDoubleFunction<Sample> value) {
        return new Measured(samples.stream().mapToDouble(value).boxed().toList());
    }

    /** What it took, or why not. */
    Side side(ToDoubleFunction<Sample> value) {
        return missing.<Side>map(Side.Missing::new).orElseGet(() -> measured(value));
    }

    /** What this and other steps took together, round by round. */
    Side sideWith(ToDoubleFunction<Sample> value, Step... others) {
        if (missing.isPresent()) {
            return side(value);
        }
        List<Double> sums = new ArrayList<>();
        for (int round = 0; round < samples.size(); round++) {
            double sum = value.applyAsDouble(samples.get(round));
            for (Step other : others) {
                sum += value.applyAsDouble(other.samples.get(round));
            }
            sums.add(sum);
        }
        return new Measured(sums);
    }
}
