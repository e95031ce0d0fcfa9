package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.fake.FakeFault.Unit;

class FakeFaultsTest {
    @ParameterizedTest
    @EnumSource(FakeFault.class)
    void everyFaultIsFoundByItsNameAndStandsWithItsUsualNumber(FakeFault fault) {
        assertThat(fault.text()).matches("[a-z]+(-[a-z]+)*");
        assertThat(FakeFault.of(fault.text())).contains(fault);
        assertThat(fault.description()).startsWith(fault.text());
        FakeFaults faults = FakeFaults.of(fault);
        assertThat(faults.has(fault)).isTrue();
        assertThat(faults.number(fault)).isEqualTo(fault.usual());
        assertThat(fault.usual() == 0).isEqualTo(fault.unit() == Unit.NONE);
    }

    @Test
    void aWrongNameIsNoFault() {
        assertThat(FakeFault.of("DROP")).isEmpty();
        assertThat(FakeFault.of("gremlins")).isEmpty();
    }

    @Test
    void aNumberThatAFaultCannotHaveIsRefused() {
        for (FakeFault fault : FakeFault.values()) {
            int tooMuch = fault.unit() == Unit.NONE ? 1 : fault.unit().most() + 1;
            for (int wrong : new int[] {-1, tooMuch}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> FakeFaults.NONE.with(fault, wrong))
                        .withMessageContaining(fault.text());
            }
        }
    }

    @Test
    void faultsAreAddedAndReplaced() {
        FakeFaults faults =
                FakeFaults.of(FakeFault.DROP, FakeFault.POWER_IGNORED).with(FakeFault.DROP, 5);

        assertThat(faults.numbers()).isEqualTo(Map.of(FakeFault.DROP, 5, FakeFault.POWER_IGNORED, 0));
        assertThat(faults.number(FakeFault.DELAY)).isZero();
        assertThat(faults.isNone()).isFalse();
        assertThat(FakeFaults.NONE.isNone()).isTrue();
    }
}
