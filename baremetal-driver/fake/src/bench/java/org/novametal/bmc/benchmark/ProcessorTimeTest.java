package org.novametal.bmc.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

/** What processor time the benchmark goes by. */
@EnabledOnOs(OS.LINUX)
@Isolated("compares two readings of the processor time of the process")
class ProcessorTimeTest {
    /** More than a tick, and what other tests' threads take between two readings. */
    private static final long TOLERANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    @Test
    void itIsThatOfTheWholeProcess() {
        long javas = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();

        assertThat(ProcessorTime.nanos()).isBetween(javas - TOLERANCE_NANOS, javas + TOLERANCE_NANOS);
    }
}
