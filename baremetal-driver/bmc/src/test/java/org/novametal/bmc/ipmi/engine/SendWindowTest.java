package org.novametal.bmc.ipmi.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SendWindowTest {
    @Test
    void itsSizeGoesWithTheBufferWithinLimits() {
        assertThat(SendWindow.ofBuffer(4 << 20).size()).isEqualTo(512);
        assertThat(SendWindow.ofBuffer(212_992).size()).isEqualTo(104);
        assertThat(SendWindow.ofBuffer(1).size()).isEqualTo(16);
        assertThat(SendWindow.ofBuffer(Integer.MAX_VALUE).size()).isEqualTo(512);
    }

    @Test
    void noMoreThanItsSizeAreInAndTheRestComeInOrder() {
        SendWindow<Integer> window = SendWindow.ofBuffer(1);
        for (int i = 0; i < 40; i++) {
            assertThat(window.enter(i)).isEqualTo(i < 16);
        }
        assertThat(window.next()).as("none is free").isNull();

        for (int i = 16; i < 40; i++) {
            window.leave();
            assertThat(window.next()).isEqualTo(i);
            assertThat(window.taken()).isEqualTo(16);
        }
        window.leave();

        assertThat(window.next()).as("none waits").isNull();
        assertThat(window.taken()).isEqualTo(15);
    }

    @Test
    void nobodyOvertakesThoseWhoWait() {
        SendWindow<Integer> window = SendWindow.ofBuffer(1);
        for (int i = 0; i < 17; i++) {
            window.enter(i);
        }
        window.leave();

        assertThat(window.enter(99)).isFalse();
        assertThat(window.next()).isEqualTo(16);
    }

    @Test
    void whoGoesOnComesBeforeWhoBegins() {
        SendWindow<Integer> window = SendWindow.ofBuffer(1);
        for (int i = 0; i < 18; i++) {
            window.enter(i);
        }
        assertThat(window.enterAhead(99)).isFalse();

        window.leave();
        assertThat(window.next()).isEqualTo(99);
        window.leave();
        assertThat(window.next()).isEqualTo(16);
    }

    @Test
    void fewProbeAtATimeAndTheyWaitForNobodyElse() {
        SendWindow<Integer> window = SendWindow.ofBuffer(1);
        assertThat(window.enterToProbe(100)).isTrue();
        assertThat(window.enterToProbe(101)).isTrue();
        assertThat(window.enterToProbe(102)).isFalse();
        assertThat(window.next()).as("two of 16 are for probes").isNull();
        for (int i = 0; i < 15; i++) {
            assertThat(window.enter(i)).isEqualTo(i < 14);
        }

        window.leave();
        assertThat(window.next()).isEqualTo(14);
        window.enter(99);
        window.leaveProbe();
        assertThat(window.next()).isEqualTo(102);
    }

    @Test
    void whoIsHeardOfWaitsNoMoreToProbe() {
        SendWindow<Integer> window = SendWindow.ofBuffer(1);
        for (int i = 0; i < 5; i++) {
            window.enterToProbe(i);
        }
        window.giveUpProbe(3);
        window.leaveProbe();
        window.leaveProbe();

        assertThat(window.next()).isEqualTo(2);
        assertThat(window.next()).isEqualTo(4);
        assertThat(window.taken()).isEqualTo(2);
    }

    @Test
    void slowAnswersLetSlotsBeHeldLongerWithinLimits() {
        SendWindow<Integer> window = SendWindow.ofBuffer(1);
        assertThat(window.holdNanos()).isEqualTo(60_000_000);

        for (int i = 0; i < 1_000; i++) {
            window.answeredAfter(100_000_000);
        }
        assertThat(window.holdNanos()).isCloseTo(300_000_000, within(1_000_000L));

        for (int i = 0; i < 1_000; i++) {
            window.answeredAfter(10_000_000_000L);
        }
        assertThat(window.holdNanos()).isEqualTo(1_000_000_000);

        for (int i = 0; i < 1_000; i++) {
            window.answeredAfter(100_000);
        }
        assertThat(window.holdNanos()).isEqualTo(50_000_000);
    }
}
