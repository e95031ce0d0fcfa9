package org.novametal.examples.quickstart;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/**
 * The terminal that standard output goes to. Source: ioctl_tty(2), {@code TIOCGWINSZ}; {@code struct winsize} is four
 * unsigned shorts: rows, columns, and two unused ones.
 */
final class Terminal {
    private static final int STANDARD_OUTPUT = 1;
    private static final long GET_WINDOW_SIZE =
            System.getProperty("os.name", "").startsWith("Mac") ? 0x40087468L : 0x5413L;
    private static final int USUAL_WIDTH = 80;

    private final MethodHandle ioctl;

    @SuppressWarnings("restricted") // the launcher allows native access
    Terminal() {
        Linker linker = Linker.nativeLinker();
        this.ioctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
    }

    /** The terminal's current width in columns; empty when standard output is not a terminal. */
    OptionalInt width() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_SHORT, 4);
            int result = (int) ioctl.invokeExact(STANDARD_OUTPUT, GET_WINDOW_SIZE, size);
            if (result != 0) {
                return OptionalInt.empty();
            }
            int columns = Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 1));
            return OptionalInt.of(columns == 0 ? USUAL_WIDTH : columns);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot ask the system for the size of the terminal", e);
        }
    }
}
