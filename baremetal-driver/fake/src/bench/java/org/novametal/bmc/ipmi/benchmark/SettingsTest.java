package org.novametal.bmc.ipmi.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novametal.bmc.ipmi.benchmark.Settings.Part;

/** The command line of the benchmark. */
class SettingsTest {
    @Test
    void withoutArgumentsAllPartsAreMeasuredAsTheReadmeTells() {
        Settings settings = parse();

        assertThat(settings.parts()).containsExactly(Part.values());
        assertThat(settings.bmcs()).isEqualTo(10_000);
        assertThat(settings.rounds()).isEqualTo(5);
        assertThat(settings.suite()).isEqualTo(3);
        assertThat(settings.consoles()).isEqualTo(100);
        assertThat(settings.lossPercent()).isEqualTo(5);
    }

    @Test
    void partsAndNumbersComeInAnyOrder() {
        Settings settings = parse("suite=17", "fleet", "farm-threads=2", "consoles", "consoles=7", "text-kb=4");

        assertThat(settings.parts()).containsExactly(Part.FLEET, Part.CONSOLES);
        assertThat(settings.suite()).isEqualTo(17);
        assertThat(settings.farmThreads()).isEqualTo(2);
        assertThat(settings.consoles()).isEqualTo(7);
        assertThat(settings.textBytes()).isEqualTo(4096);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flet           | no part 'flet'; there are: fleet, programs, dead, consoles",
                "FLEET          | no part 'FLEET'; there are: fleet,",
                "suit=3         | no number 'suit'; there are: bmcs, rounds, suite, farm-threads, consoles, text-kb, loss",
                "bmcs=abc       | bmcs=abc: it takes a whole number, 10 to 20000",
                "bmcs=          | bmcs=: it takes a whole number, 10 to 20000",
                "bmcs=9         | bmcs=9: it takes a whole number, 10 to 20000",
                "bmcs=99999999999 | bmcs=99999999999: it takes a whole number, 10 to 20000",
                "suite=5        | suite=5: it takes a whole number, 3 or 17",
                "loss=0         | loss=0: it takes a whole number, 1 to 50",
                "consoles=0     | consoles=0: it takes a whole number, 1 to 1000"
            })
    void aWrongArgumentIsReportedWithTheValuesThatAreAllowed(String argument, String message) {
        assertThatThrownBy(() -> parse(argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void moreTextThanTheHeapHoldsIsRefused() {
        assertThatThrownBy(() -> parse("consoles=1000", "text-kb=250"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fewer or shorter");
    }

    @Test
    void theUsageNamesAllThereIs() {
        assertThat(Settings.usage())
                .contains("fleet", "programs", "dead", "consoles", "suite=3", "consoles=100", "text-kb=32", "loss=5");
    }

    private static Settings parse(String... arguments) {
        return Settings.parse(arguments);
    }
}
