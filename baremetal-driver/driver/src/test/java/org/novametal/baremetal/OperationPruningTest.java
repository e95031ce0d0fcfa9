package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.store.OperationStore;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.testing.SteppedClock;

class OperationPruningTest {
    private static final Instant START = Instant.parse("2026-11-21T10:15:30Z");

    private final OperationStore operations = mock(OperationStore.class);
    private final SteppedClock clock = new SteppedClock(START);
    private final OperationPruning pruning = new OperationPruning(
            operations,
            new BareMetalOptions.Inventory(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofSeconds(1),
                    Duration.ofDays(3),
                    47),
            clock);

    @Test
    void itDeletesWhatIsTooOldOrTooMany() {
        pruning.run();
        verify(operations).prune(START.minus(Duration.ofDays(3)), 47);
        verifyNoMoreInteractions(operations);
    }

    @Test
    void aStoreThatDoesNotAnswerFailsOneRun() {
        when(operations.prune(any(), anyInt())).thenThrow(new DriverException(ErrorCode.DRIVER_NOT_READY, "no"));
        assertThatThrownBy(pruning::run).hasMessage("no");
    }
}
