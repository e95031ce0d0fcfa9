package org.novametal.bmc.ipmi.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceWindowTest {
    private final SequenceWindow window = new SequenceWindow();

    @Test
    void eachNumberIsTakenOnce() {
        assertThat(window.accept(1)).isTrue();
        assertThat(window.accept(1)).isFalse();
        assertThat(window.accept(2)).isTrue();
        assertThat(window.accept(1)).isFalse();
    }

    @Test
    void numbersMayComeInAnotherOrderWithinTheWindow() {
        assertThat(window.accept(16)).isTrue();
        for (int sequence = 15; sequence >= 1; sequence--) {
            assertThat(window.accept(sequence)).isTrue();
            assertThat(window.accept(sequence)).isFalse();
        }
        assertThat(window.accept(32)).isTrue();
        assertThat(window.accept(17)).isTrue();
        assertThat(window.accept(16)).isFalse();
    }

    @Test
    void numbersTooFarAheadOrBehindAreNotTaken() {
        assertThat(window.accept(17)).isFalse();
        assertThat(window.accept(16)).isTrue();
        assertThat(window.accept(33)).isFalse();
        assertThat(window.accept(0)).isFalse();
    }

    @Test
    void numbersWrapAroundWithoutZero() {
        assertThat(SequenceWindow.after(-1)).isEqualTo(1);
        assertThat(SequenceWindow.after(1)).isEqualTo(2);
        int sequence = 0;
        for (int i = 0; i < 100; i++) {
            sequence = SequenceWindow.after(sequence);
            assertThat(window.accept(sequence)).isTrue();
        }
    }
}
