package org.novametal.bmc.ipmi.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.engine.Exchange.Kind;

class WaitingExchangesTest {
    private final WaitingExchanges waiting = new WaitingExchanges("bench");

    @Test
    void theyComeInOrder() {
        Exchange<IpmiResponse> first = until(10);
        Exchange<IpmiResponse> second = until(5);
        waiting.add(first);
        waiting.add(second);

        assertThat(waiting.poll()).isSameAs(first);
        assertThat(waiting.isEmpty()).isFalse();
        assertThat(waiting.poll()).isSameAs(second);
        assertThat(waiting.isEmpty()).isTrue();
        assertThat(waiting.poll()).isNull();
    }

    @Test
    void oneTooManyIsRefused() throws Exception {
        for (int i = 0; i < WaitingExchanges.MOST; i++) {
            waiting.add(until(10));
        }
        Exchange<IpmiResponse> last = until(10);
        waiting.add(last);

        assertThat(reason(last)).isEqualTo(Reason.BUSY);
        assertThat(waiting.takeAll()).hasSize(WaitingExchanges.MOST).noneMatch(Exchange::isDone);
        assertThat(waiting.isEmpty()).isTrue();
    }

    @Test
    void whoseTimeIsOverFailsAndWhoWasCancelledIsForgotten() throws Exception {
        Exchange<IpmiResponse> late = until(-5);
        Exchange<IpmiResponse> cancelled = until(20);
        Exchange<IpmiResponse> patient = until(7);
        List.of(late, cancelled, patient).forEach(waiting::add);
        cancelled.cancel(false);
        assertThat(waiting.earliestDeadlineNanos(-9)).isEqualTo(-5);

        waiting.expire(-5);

        assertThat(reason(late)).isEqualTo(Reason.BUSY);
        assertThat(waiting.earliestDeadlineNanos(-5)).isEqualTo(7);
        assertThat(waiting.takeAll().stream().anyMatch(left -> left == patient)).isTrue();
    }

    @Test
    void nobodyHasNoDeadline() {
        waiting.expire(3);

        assertThat(waiting.earliestDeadlineNanos(3)).isEqualTo(Long.MAX_VALUE);
    }

    private Exchange<IpmiResponse> until(long deadlineNanos) {
        return new Exchange<>("bench", () -> {}, Kind.POLL, 0, 1, Bytes.EMPTY, deadlineNanos, response -> response);
    }

    private static Reason reason(Exchange<IpmiResponse> failed) throws InterruptedException {
        try {
            throw new AssertionError("it was read: " + failed.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BmcException failure) {
                return failure.reason();
            }
            throw new AssertionError("it failed otherwise", e);
        }
    }
}
