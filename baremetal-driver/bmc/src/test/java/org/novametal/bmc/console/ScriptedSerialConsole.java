package org.novametal.bmc.console;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.SerialConsole;

/**
 * A serial console controlled by a test, which decides how each attempt to connect ends, and prints. Safe for several
 * threads.
 */
final class ScriptedSerialConsole implements SerialConsole {
    private final LinkedBlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream typed = new ByteArrayOutputStream();
    private final AtomicInteger breaks = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();
    private final CountDownLatch held = new CountDownLatch(1);
    private volatile byte[] first = {};

    /** Lets the next unanswered attempt connect. */
    void accept() {
        answers.add("accept");
    }

    /** Lets the next unanswered attempt fail. */
    void refuse(BmcException failure) {
        answers.add(failure);
    }

    /** Makes a connection print a text before its {@link #connect} returns, which waits for {@link #finishConnecting}. */
    void printOnConnect(byte[] text) {
        first = text;
    }

    void finishConnecting() {
        held.countDown();
    }

    /** The receiver of the next connection. */
    Receiver receiver() throws InterruptedException {
        return receivers.take();
    }

    byte[] typed() {
        synchronized (typed) {
            return typed.toByteArray();
        }
    }

    int breaks() {
        return breaks.get();
    }

    int open() {
        return open.get();
    }

    int attempts() {
        return attempts.get();
    }

    @Override
    public Connection connect(Receiver receiver) throws InterruptedException {
        attempts.incrementAndGet();
        if (answers.take() instanceof BmcException failure) {
            throw failure;
        }
        open.incrementAndGet();
        receivers.add(receiver);
        if (first.length > 0) {
            receiver.received(first);
            held.await();
        }
        return new Line();
    }

    private final class Line implements Connection {
        private boolean closed;

        @Override
        public void write(byte[] bytes) {
            synchronized (typed) {
                typed.writeBytes(bytes);
            }
        }

        @Override
        public void sendBreak() {
            breaks.incrementAndGet();
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }
}
