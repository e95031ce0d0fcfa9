package org.novametal.bmc.fleet;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAnswers;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerPolling;

/**
 * Reads the power of many BMCs at once. BMCs with {@link PowerPolling} are read without a thread; the others on a limited
 * number of virtual threads.
 *
 * <p>BMCs are read in random order, so that the BMCs of one rack are not all read at once. Keeps no state between sweeps; any
 * thread may sweep, and several at once if {@code random} is thread-safe.
 */
public final class PowerSweep {
    /** Polls must end this long before a sweep's limit, or a tenth of the limit before it if that is shorter. */
    private static final Duration LONGEST_END = Duration.ofMillis(200);

    private static final int END_PART = 10;

    private final Limits limits;
    private final RandomGenerator random;
    private final LongSupplier nanoClock;
    private final BmcAnswers answered;

    /**
     * The limits of a sweep.
     *
     * @param whole how long the sweep may take in all
     * @param one how long one BMC with {@link PowerPolling} may take, within the sweep's limit; the other BMCs use {@link
     *     BmcOptions#commandTimeout()}
     * @param threads how many BMCs without {@link PowerPolling} are read at a time
     */
    public record Limits(Duration whole, Duration one, int threads) {
        /** Checks that all limits are positive. */
        public Limits {
            if (!whole.isPositive() || !one.isPositive() || threads < 1) {
                throw new IllegalArgumentException(
                        "a sweep's limits must be more than zero; they are " + whole + ", " + one + ", " + threads);
            }
        }
    }

    /** Creates a sweep that can be run any number of times, and reports the outcomes of polls to nobody. */
    public PowerSweep(Limits limits, RandomGenerator random, LongSupplier nanoClock) {
        this(limits, random, nanoClock, BmcAnswers.IGNORED);
    }

    /**
     * Creates a sweep that can be run any number of times.
     *
     * @param random determines the order
     * @param nanoClock monotonic nanoseconds
     * @param answered receives how each poll ended; other BMCs report their calls themselves
     */
    public PowerSweep(Limits limits, RandomGenerator random, LongSupplier nanoClock, BmcAnswers answered) {
        this.answered = answered;
        this.limits = limits;
        this.random = random;
        this.nanoClock = nanoClock;
    }

    /**
     * Reads each BMC once. Blocks until each BMC has a reading, at most until the sweep's limit; BMCs without an answer are
     * then reported as {@link Reason#UNREACHABLE}. Polls end shortly before that limit, so that each client learns which of its
     * BMCs are silent, and polls these less often in later sweeps. When this method returns or throws, none of its calls is
     * still running; if a call ignores an interrupt, this method waits until that call's limit.
     *
     * @param <K> identifies a BMC
     * @param readings called once for each BMC, as answers arrive, on the calling thread; an exception that it throws ends
     *     the sweep
     * @throws InterruptedException when interrupted; some BMCs then have no reading
     */
    public <K> void run(Map<K, Bmc> bmcs, BiConsumer<K, PowerReading> readings) throws InterruptedException {
        List<Map.Entry<K, Bmc>> order = new ArrayList<>(bmcs.entrySet());
        Collections.shuffle(order, random);
        Run<K> run = new Run<>(nanoClock.getAsLong());
        try {
            run.begin(order);
            run.report(readings);
        } finally {
            run.end();
        }
    }

    private record Answer<K>(K id, PowerReading reading) {}

    /** One run. Only {@link #answers} and {@link #waiting} are shared with other threads. */
    private final class Run<K> {
        private final long deadline;
        private final long pollDeadline;
        private final LinkedBlockingQueue<Answer<K>> answers = new LinkedBlockingQueue<>();
        private final Deque<Map.Entry<K, Bmc>> waiting = new ArrayDeque<>();
        private final Map<K, Bmc> silent = new HashMap<>();
        private final List<CompletableFuture<ChassisPower>> polls = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        Run(long now) {
            deadline = now + limits.whole().toNanos();
            pollDeadline =
                    deadline - Math.min(LONGEST_END.toNanos(), limits.whole().toNanos() / END_PART);
        }

        void begin(List<Map.Entry<K, Bmc>> order) {
            for (Map.Entry<K, Bmc> entry : order) {
                silent.put(entry.getKey(), entry.getValue());
                begin(entry);
            }
            int count = Math.min(limits.threads(), waiting.size());
            for (int number = 0; number < count; number++) {
                threads.add(Thread.ofVirtual().name("power-sweep-" + number).start(this::askWaiting));
            }
        }

        /** Starts the poll, or puts the BMC into the queue of the threads. A plug-in that throws fails for this BMC alone. */
        private void begin(Map.Entry<K, Bmc> entry) {
            try {
                entry.getValue()
                        .capability(PowerPolling.class)
                        .ifPresentOrElse(
                                polling -> poll(entry.getKey(), entry.getValue(), polling), () -> waiting.add(entry));
            } catch (Throwable e) {
                answers.add(new Answer<>(entry.getKey(), unknown(entry.getValue(), e)));
            }
        }

        private void poll(K id, Bmc bmc, PowerPolling polling) {
            long left = Math.max(1, pollDeadline - nanoClock.getAsLong());
            CompletableFuture<ChassisPower> poll =
                    polling.pollPower(Duration.ofNanos(Math.min(limits.one().toNanos(), left)));
            var _ = poll.whenComplete((power, failure) -> {
                PowerReading reading = reading(bmc, power, failure);
                count(reading, failure);
                answers.add(new Answer<>(id, reading));
            });
            polls.add(poll);
        }

        /** Counts the outcome of a poll that was not cut by the end of the sweep. */
        private void count(PowerReading reading, @Nullable Throwable failure) {
            switch (reading) {
                case PowerReading.Known _ -> answered.answered();
                case PowerReading.Unknown(var cause) -> {
                    if (!(failure instanceof CancellationException)) {
                        answered.failed(cause.reason());
                    }
                }
            }
        }

        private void askWaiting() {
            try {
                for (Optional<Map.Entry<K, Bmc>> next = next(); next.isPresent(); next = next()) {
                    answers.add(new Answer<>(next.get().getKey(), ask(next.get().getValue())));
                }
            } catch (InterruptedException e) {
                // The sweep is over.
                Thread.currentThread().interrupt();
            }
        }

        private Optional<Map.Entry<K, Bmc>> next() {
            synchronized (waiting) {
                return Optional.ofNullable(waiting.poll());
            }
        }

        private PowerReading ask(Bmc bmc) throws InterruptedException {
            try {
                return new PowerReading.Known(bmc.readPower());
            } catch (InterruptedException e) {
                throw e;
            } catch (Throwable e) {
                return unknown(bmc, e);
            }
        }

        void report(BiConsumer<K, PowerReading> readings) throws InterruptedException {
            while (!silent.isEmpty()) {
                // Answers that arrived before the deadline count, even if they are reported later.
                long left = Math.max(0, deadline - nanoClock.getAsLong());
                Answer<K> answer = answers.poll(left, TimeUnit.NANOSECONDS);
                if (answer == null) {
                    break;
                }
                silent.remove(answer.id());
                readings.accept(answer.id(), answer.reading());
            }
            silent.forEach((id, bmc) -> readings.accept(
                    id,
                    new PowerReading.Unknown(new BmcException(
                            Reason.UNREACHABLE,
                            "BMC " + bmc.address() + " did not answer within the "
                                    + limits.whole().toMillis()
                                    + " ms limit of the sweep; check its address"
                                    + " and the network path to it"))));
        }

        void end() {
            synchronized (waiting) {
                waiting.clear();
            }
            polls.forEach(poll -> poll.cancel(true));
            threads.forEach(Thread::interrupt);
            threads.forEach(Uninterruptibles::joinUninterruptibly);
        }
    }

    private static PowerReading reading(Bmc bmc, @Nullable ChassisPower power, @Nullable Throwable failure) {
        return power != null ? new PowerReading.Known(power) : unknown(bmc, failure);
    }

    private static PowerReading unknown(Bmc bmc, @Nullable Throwable failure) {
        return new PowerReading.Unknown(BmcException.unexpected("BMC " + bmc.address(), failure));
    }
}
