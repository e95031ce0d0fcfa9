package org.novametal.bmc.ipmi.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private final CircuitBreaker breaker = new CircuitBreaker();
    private final Random random = new Random(5);
    private long nowNanos = -7;

    @Test
    void aFewFailuresInARowOpenIt() {
        for (int i = 1; i < CircuitBreaker.FAILURES; i++) {
            breaker.unreachable(nowNanos, random);
            assertThat(breaker.isOpen(nowNanos)).isFalse();
        }
        breaker.unreachable(nowNanos, random);

        assertThat(breaker.isOpen(nowNanos)).isTrue();
    }

    @Test
    void anAnswerBetweenFailuresKeepsItClosed() {
        for (int i = 0; i < 10; i++) {
            breaker.unreachable(nowNanos, random);
            breaker.unreachable(nowNanos, random);
            breaker.answered();
        }

        assertThat(breaker.isOpen(nowNanos)).isFalse();
    }

    @Test
    void probesComeEverMoreSeldomUpToSomeMinutes() {
        open();
        long last = 0;
        for (int i = 0; i < 4; i++) {
            long wait = breaker.untilProbe(nowNanos).toMillis();
            assertThat(wait).isGreaterThan(last);
            last = wait;
            nowNanos += Duration.ofMillis(wait + 1).toNanos();
            assertThat(breaker.isOpen(nowNanos)).as("the probe is let through").isFalse();
            breaker.unreachable(nowNanos, random);
            assertThat(breaker.isOpen(nowNanos)).isTrue();
        }
        for (int i = 0; i < 50; i++) {
            breaker.unreachable(nowNanos, random);
            assertThat(breaker.untilProbe(nowNanos)).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(4));
        }
    }

    @Test
    void waitsDifferSoThatBmcsThatDiedTogetherAreNotAskedTogether() {
        open();
        Duration first = breaker.untilProbe(nowNanos);
        breaker.answered();
        open();

        assertThat(breaker.untilProbe(nowNanos)).isNotEqualTo(first);
    }

    @Test
    void anAnswerClosesIt() {
        open();

        breaker.answered();

        assertThat(breaker.isOpen(nowNanos)).isFalse();
        assertThat(breaker.failures()).isZero();
    }

    private void open() {
        for (int i = 0; i < CircuitBreaker.FAILURES; i++) {
            breaker.unreachable(nowNanos, random);
        }
    }
}
