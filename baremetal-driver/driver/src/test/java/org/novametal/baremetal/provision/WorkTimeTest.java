package org.novametal.baremetal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorkTimeTest {
    private final AtomicLong nanos = new AtomicLong();
    /** A clock on which a second passes between any two readings. */
    private final WorkTime time =
            new WorkTime(() -> nanos.getAndAdd(Duration.ofSeconds(1).toNanos()), Duration.ofMinutes(1));

    @Test
    void startingATimeThatRunsLosesNothing() {
        time.start();
        time.start();
        time.start();

        assertThat(time.total()).isEqualTo(Duration.ofSeconds(61));
    }

    @Test
    void stoppedTimeDoesNotCount() {
        time.start();
        time.stop();
        nanos.addAndGet(Duration.ofDays(1).toNanos());
        time.start();

        assertThat(time.total()).isEqualTo(Duration.ofSeconds(62));
    }
}
