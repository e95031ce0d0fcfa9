package org.novametal.bmc.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.novametal.bmc.benchmark.Side.Measured;

/**
 * What we or a peer do again in each round; it keeps what it took.
 *
 * @param <S> tells what it took
 */
public final class Step<S> {
    /** Does it once. */
    public interface Action<S> {
        S take() throws IOException, InterruptedException, PeerMissingException;
    }

    private final String name;
    private final Action<S> action;
    private final List<S> samples = new ArrayList<>();
    private Optional<String> missing = Optional.empty();

    public Step(String name, Action<S> action) {
        this.name = name;
        this.action = action;
    }

    /**
     * Takes the steps in turn: first to warm up, then in as many rounds as are kept.
     *
     * @param warmUps the rounds that are not kept
     */
    public static void rounds(int warmUps, int kept, List<? extends Step<?>> steps)
            throws IOException, InterruptedException {
        for (int round = -warmUps; round < kept; round++) {
            for (Step<?> step : steps) {
                if (round == 0) {
                    step.samples.clear();
                }
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

    public String name() {
        return name;
    }

    /** What it took in all rounds that were kept; nothing where it is missing. */
    public double total(ToDoubleFunction<S> value) {
        return samples.stream().mapToDouble(value).sum();
    }

    /** What it took, of a step that cannot be missing. */
    public Measured measured(ToDoubleFunction<S> value) {
        return new Measured(samples.stream().mapToDouble(value).boxed().toList());
    }

    /** What it took, or why not. */
    public Side side(ToDoubleFunction<S> value) {
        return missing.<Side>map(Side.Missing::new).orElseGet(() -> measured(value));
    }

    /** What this and other steps took together, round by round. */
    @SafeVarargs
    public final Side sideWith(ToDoubleFunction<S> value, Step<S>... others) {
        if (missing.isPresent()) {
            return side(value);
        }
        List<Double> sums = new ArrayList<>();
        for (int round = 0; round < samples.size(); round++) {
            double sum = value.applyAsDouble(samples.get(round));
            for (Step<S> other : others) {
                sum += value.applyAsDouble(other.samples.get(round));
            }
            sums.add(sum);
        }
        return new Measured(sums);
    }
}
