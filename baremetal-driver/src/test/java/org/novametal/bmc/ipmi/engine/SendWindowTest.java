package org.novametal.bmc.ipmi.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SendWindowTest {
    @Test
    void itsSizeGoesWithTheBufferWithinLimits() {
        assertThat(SendWindow.ofBuffer(4 << 20).size()).isEqualTo(2048);
        assertThat(SendWindow.ofBuffer(212_992).size()).isEqualTo(104);
        assertThat(SendWindow.ofBuffer(1).size()).isEqualTo(16);
        assertThat(SendWindow.ofBuffer(Integer.MAX_VALUE).size()).isEqualTo(4096);
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
}
