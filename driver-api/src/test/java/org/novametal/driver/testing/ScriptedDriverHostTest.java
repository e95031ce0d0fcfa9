package org.novametal.driver.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.EventStamps;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.NodeName;

class ScriptedDriverHostTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SteppedClock clock = new SteppedClock(Instant.EPOCH);
    private final ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), clock);

    private final EventStamps stamps = new EventStamps(UUID.randomUUID(), clock);

    private DriverEvent progress(String node) {
        return new DriverEvent.OperationProgress(stamps.next(), new NodeName(node), Optional.empty(), "deploy", 0.5);
    }

    private static boolean isOf(String node, DriverEvent event) {
        return event instanceof DriverEvent.NodeEvent happened
                && happened.node().value().equals(node);
    }

    @Test
    void keepsEventsInOrderWithTheTimeOfItsClock() {
        DriverEvent first = progress("a");
        clock.advance(Duration.ofSeconds(3));
        DriverEvent second = progress("b");
        host.emit(first);
        host.emit(second);

        assertThat(host.events()).containsExactly(first, second);
        assertThat(second.at()).isEqualTo(Instant.EPOCH.plusSeconds(3));
    }

    @Test
    void anEventOfThePastIsFoundAtOnce() throws Exception {
        DriverEvent event = progress("a");
        host.emit(event);

        assertThat(host.await("node a", Duration.ZERO, any -> isOf("a", any))).isEqualTo(event);
    }

    @Test
    void anEventToComeIsWaitedFor() throws Exception {
        DriverEvent event = progress("b");
        CompletableFuture<DriverEvent> found = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                found.complete(host.await("node b", LIMIT, any -> isOf("b", any)));
            } catch (InterruptedException interrupted) {
                found.completeExceptionally(interrupted);
            }
        });
        host.emit(progress("a"));
        host.emit(event);

        assertThat(found.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(event);
    }

    @Test
    void aWaitEndsAtItsLimitAndTellsWhatCame() {
        host.emit(progress("a"));

        assertThatIllegalStateException()
                .isThrownBy(() -> host.await("node b", Duration.ofMillis(1), any -> isOf("b", any)))
                .withMessageContaining("PT0.001S")
                .withMessageContaining("node b")
                .withMessageContaining("OperationProgress");
    }

    @Test
    void theListenerGetsEachEventAfterItIsRecorded() {
        List<Integer> sizes = new ArrayList<>();
        host.listen(event -> sizes.add(host.events().size()));

        host.emit(progress("a"));
        host.emit(progress("b"));

        assertThat(sizes).containsExactly(1, 2);
    }

    @Test
    void theClockDoesNotGoBack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
        assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
    }
}
