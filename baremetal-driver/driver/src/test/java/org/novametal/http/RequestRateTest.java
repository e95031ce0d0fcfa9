package org.novametal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class RequestRateTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("10.0.0.2");

    private long nanos;
    private final RequestRate rate = new RequestRate(5, () -> nanos);

    private int permitted(InetAddress address, int requests) {
        int permitted = 0;
        for (int i = 0; i < requests; i++) {
            permitted += rate.permits(address) ? 1 : 0;
        }
        return permitted;
    }

    @Test
    void anAddressMaySendTheRequestsOfTwoSecondsAtOnceAndThenItsRate() {
        assertThat(permitted(ONE, 100)).isEqualTo(10);
        nanos += 1_000_000_000L;
        assertThat(permitted(ONE, 100)).isEqualTo(5);
        nanos += 3_600_000_000_000L;
        assertThat(permitted(ONE, 100)).isEqualTo(10);
    }

    @Test
    void oneAddressDoesNotUseTheRequestsOfAnother() {
        permitted(ONE, 100);
        assertThat(permitted(OTHER, 100)).isEqualTo(10);
    }

    @Test
    void refusedRequestsDoNotLengthenTheWait() {
        permitted(ONE, 100);
        nanos += 200_000_000L;
        assertThat(permitted(ONE, 100)).isEqualTo(1);
    }
}
