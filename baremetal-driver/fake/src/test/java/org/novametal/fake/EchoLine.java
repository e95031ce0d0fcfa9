package org.novametal.fake;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.novametal.bmc.ipmi.codec.Bytes;

/** A serial line whose machine prints back what is typed, keeps it, and prints what a test wants. Safe for several threads. */
public final class EchoLine implements FakeSerialLine {
    private final ByteArrayOutputStream typed = new ByteArrayOutputStream();
    private Consumer<Bytes> listener = _ -> {};
    private Echo echo = Echo.ON;
    private boolean on = true;
    private int breaks;

    /** Whether what is typed is printed back. */
    public enum Echo {
        /** It is. */
        ON,
        /** It is not. */
        OFF
    }

    @Override
    public synchronized boolean type(Bytes characters) {
        if (on && characters.length() > 0) {
            typed.writeBytes(characters.toArray());
            if (echo == Echo.ON) {
                listener.accept(characters);
            }
        }
        return on;
    }

    @Override
    public synchronized void sendBreak() {
        breaks++;
    }

    @Override
    public synchronized void listen(Consumer<Bytes> next) {
        listener = next;
    }

    /** Prints something. */
    public synchronized void print(byte[] characters) {
        listener.accept(Bytes.copyOf(characters));
    }

    /** Stops or starts printing back. */
    public synchronized void setEcho(Echo wanted) {
        echo = wanted;
    }

    /** Cuts the power, so that it takes no characters. */
    public synchronized void switchOff() {
        on = false;
    }

    /** All that was typed. */
    public synchronized byte[] typed() {
        return typed.toByteArray();
    }

    /** How many breaks there were. */
    public synchronized int breaks() {
        return breaks;
    }
}
