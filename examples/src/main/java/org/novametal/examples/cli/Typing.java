package org.novametal.examples.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.console.ConsoleReader;
import org.novametal.text.IoFailure;

/** Reads input and types it into a console. Only one thread reads; any thread may check whether the user has left. */
final class Typing {
    /** The meaning of a tilde at the beginning of a line. */
    enum Escapes {
        /** The beginning of a command. */
        COMMANDS,
        /** An ordinary character. */
        TYPED
    }

    private static final int CHUNK = 256;

    private final ConsoleReader reader;
    private final Escapes escapes;
    private final CountDownLatch connected = new CountDownLatch(1);
    private volatile boolean left;
    private volatile boolean atEnd;
    /** The number of bytes that are being sent to the machine now. */
    private volatile int underWay;

    private boolean atLineStart = true;
    private boolean afterTilde;

    Typing(ConsoleReader reader, Escapes escapes) {
        this.reader = reader;
        this.escapes = escapes;
    }

    boolean hasLeft() {
        return left;
    }

    /** Whether the input has ended, or cannot be read any more, and all of it was typed. */
    boolean isAtEnd() {
        return atEnd;
    }

    /** Called when the console is connected; without a terminal, no input is typed before. */
    void begin() {
        connected.countDown();
    }

    /** Stops typing; returns how many bytes the machine has not accepted. */
    int end() {
        left = true;
        return underWay;
    }

    void typeAll(InputStream in, Consumer<@Nullable String> problems) {
        byte[] read = new byte[CHUNK];
        try {
            for (int count = in.read(read); count >= 0 && !left; count = in.read(read)) {
                if (escapes == Escapes.TYPED) {
                    connected.await();
                }
                try {
                    type(read, count);
                } catch (BmcException e) {
                    if (!left) {
                        problems.accept("not typed: " + e.getMessage());
                    }
                }
            }
        } catch (IOException e) {
            problems.accept("the standard input cannot be read: " + IoFailure.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            atEnd = true;
        }
    }

    private void type(byte[] read, int count) throws InterruptedException {
        ByteArrayOutputStream typed = new ByteArrayOutputStream(count + 1);
        for (int i = 0; i < count && !left; i++) {
            byte one = read[i];
            if (escapes == Escapes.COMMANDS && afterTilde) {
                afterTilde = false;
                switch (one) {
                    case '.' -> left = true;
                    case 'b', 'B' -> reader.sendBreak();
                    case '~' -> add(typed, one);
                    default -> {
                        add(typed, (byte) '~');
                        add(typed, one);
                    }
                }
            } else if (escapes == Escapes.COMMANDS && atLineStart && one == '~') {
                afterTilde = true;
            } else {
                add(typed, one);
            }
        }
        if (typed.size() > 0 && !left) {
            if (connected.getCount() > 0) {
                atLineStart = true;
                throw new BmcException(Reason.CLOSED, "not connected yet; ~. leaves");
            }
            underWay = typed.size();
            reader.write(typed.toByteArray());
            underWay = 0;
        }
    }

    /** Only typed characters change the position in a line; a break does not. */
    private void add(ByteArrayOutputStream typed, byte one) {
        typed.write(one);
        atLineStart = one == '\r' || one == '\n';
    }
}
