package org.novametal.bmc.benchmark;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;

/** User and system time of this process. Java's own goes by ticks of ten milliseconds, so we ask Linux's {@code clock_gettime}. */
public final class ProcessorTime {
    /** CLOCK_PROCESS_CPUTIME_ID. */
    private static final int OF_PROCESS = 2;

    private static final MethodHandle CLOCK_GETTIME = clockGettime();

    private ProcessorTime() {}

    /** Nanoseconds so far, those of threads that have ended included. */
    public static long nanos() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment secondsAndNanos = arena.allocate(ValueLayout.JAVA_LONG, 2);
            int code = (int) CLOCK_GETTIME.invokeExact(OF_PROCESS, secondsAndNanos);
            if (code != 0) {
                throw new IllegalStateException("clock_gettime answers " + code);
            }
            return TimeUnit.SECONDS.toNanos(secondsAndNanos.getAtIndex(ValueLayout.JAVA_LONG, 0))
                    + secondsAndNanos.getAtIndex(ValueLayout.JAVA_LONG, 1);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("clock_gettime cannot be called", e);
        }
    }

    @SuppressWarnings("restricted") // A function of the C library whose signature is fixed.
    private static MethodHandle clockGettime() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("clock_gettime").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }
}
