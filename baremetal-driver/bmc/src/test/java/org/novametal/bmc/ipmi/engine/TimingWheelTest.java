package org.novametal.bmc.ipmi.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.ipmi.engine.TimingWheel.Timer;

class TimingWheelTest {
    private static final long START = -3_000_000_000L;
    /** How late a timer may be: one slot. */
    private static final long SLOT = 1 << 22;

    private static final long ROUND = 1024 * SLOT;

    private final TimingWheel wheel = new TimingWheel(START);
    private final List<Long> fired = new ArrayList<>();

    @Test
    void aTimerFiresOnceInTheSlotAfterItsTime() {
        wheel.set(new Timer(fired::add), START + 10 * SLOT + 1);

        wheel.advance(START + 10 * SLOT);
        assertThat(fired).isEmpty();
        wheel.advance(START + 12 * SLOT);
        wheel.advance(START + 3 * ROUND);

        assertThat(fired).containsExactly(START + 12 * SLOT);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aTimerOfALaterRoundWaitsForItsOwn() {
        wheel.set(new Timer(fired::add), START + 2 * ROUND + 5);

        for (long now = START; now < START + 2 * ROUND; now += SLOT) {
            wheel.advance(now);
        }
        assertThat(fired).isEmpty();
        wheel.advance(START + 2 * ROUND + 2 * SLOT);

        assertThat(fired).hasSize(1);
    }

    @Test
    void aCancelledTimerDoesNotFireAndAMovedOneFiresOnce() {
        Timer cancelled = new Timer(fired::add);
        Timer moved = new Timer(fired::add);
        wheel.set(cancelled, START + SLOT);
        wheel.set(moved, START + SLOT);

        wheel.cancel(cancelled);
        wheel.cancel(cancelled);
        wheel.set(moved, START + 20 * SLOT);
        wheel.advance(START + 10 * SLOT);
        assertThat(fired).isEmpty();
        wheel.advance(START + 30 * SLOT);

        assertThat(fired).containsExactly(START + 30 * SLOT);
    }

    @Test
    void theEndOfTimeCancels() {
        Timer timer = new Timer(fired::add);
        wheel.set(timer, START + SLOT);

        wheel.set(timer, Long.MAX_VALUE);

        assertThat(wheel.size()).isZero();
        assertThat(wheel.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aTimerMayCancelAnotherThatIsDueWithIt() {
        Timer second = new Timer(fired::add);
        Timer first = new Timer(_ -> wheel.cancel(second));
        wheel.set(first, START + SLOT);
        wheel.set(second, START + SLOT);

        wheel.advance(START + 5 * SLOT);

        assertThat(fired).isEmpty();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void whereOneFailsTheOthersFireNext() {
        wheel.set(
                new Timer(_ -> {
                    throw new IllegalStateException("as a defect would");
                }),
                START + 10 * SLOT);
        wheel.set(new Timer(fired::add), START + 10 * SLOT);
        wheel.set(new Timer(fired::add), START + 11 * SLOT);
        assertThatIllegalStateException().isThrownBy(() -> wheel.advance(START + 12 * SLOT));

        wheel.advance(START + 12 * SLOT);

        assertThat(fired).hasSize(2);
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aTimerMaySetItselfAgain() {
        Timer[] self = new Timer[1];
        self[0] = new Timer(now -> {
            fired.add(now);
            wheel.set(self[0], now + Duration.ofMillis(20).toNanos());
        });
        wheel.set(self[0], START + SLOT);

        for (long now = START; now <= START + Duration.ofSeconds(1).toNanos(); now += SLOT / 2) {
            wheel.advance(now);
        }

        assertThat(fired).hasSizeBetween(40, 50);
    }

    @RepeatedTest(20)
    void eachTimerFiresInTimeWhateverTheSteps(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int count = 2_000;
        long[] due = new long[count];
        long[] seen = new long[count];
        long[] before = new long[count];
        long[] last = {START};
        for (int i = 0; i < count; i++) {
            int which = i;
            due[i] = START + random.nextLong(3 * ROUND);
            wheel.set(
                    new Timer(now -> {
                        seen[which] = now;
                        before[which] = last[0];
                    }),
                    due[i]);
        }

        long now = START;
        while (wheel.size() > 0) {
            long next = wheel.nextNanos();
            assertThat(next).isGreaterThan(now - SLOT);
            last[0] = now;
            now = random.nextInt(10) == 0 ? now + random.nextLong(2 * ROUND) : Math.max(now, next);
            wheel.advance(now);
        }

        for (int i = 0; i < count; i++) {
            assertThat(seen[i])
                    .as("seed %d, never early", repetition.getCurrentRepetition())
                    .isGreaterThanOrEqualTo(due[i]);
            assertThat(before[i]).as("at the first step that is a slot late").isLessThanOrEqualTo(due[i] + SLOT);
        }
    }
}
