package org.novametal.fake;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.ipmi.codec.Bytes;

/**
 * One direction of the network between the consoles and one BMC, with the faults that change, lose, double or disorder what
 * is sent. Without I/O; one lock, itself, guards what it holds back.
 */
final class FakeIpmiWire {
    /**
     * A datagram under way.
     *
     * @param console the far end, whichever the direction
     * @param content what is in it
     */
    record Datagram(SocketAddress console, Bytes content) {}

    /** Which way. */
    enum Direction {
        /** From a console. */
        TO_BMC,
        /** From the BMC. */
        TO_CONSOLE
    }

    private final Direction direction;
    private final RandomGenerator random;
    private @Nullable Datagram held;
    private @Nullable Datagram previous;

    FakeIpmiWire(Direction direction, RandomGenerator random) {
        this.direction = direction;
        this.random = random;
    }

    /** What comes out at the other end when a datagram is put in: some, in order, or nothing. */
    synchronized List<Datagram> pass(FakeFaults faults, Datagram sent) {
        List<Datagram> arriving = new ArrayList<>();
        if (direction == Direction.TO_CONSOLE) {
            Datagram old = previous;
            if (old != null && befalls(FakeFault.OLD_ANSWER, faults)) {
                arriving.add(old);
            }
            previous = sent;
        }
        if (!befalls(FakeFault.DROP, faults)) {
            Datagram changed = changed(sent, faults);
            Datagram waiting = held;
            held = null;
            if (waiting == null && befalls(FakeFault.REORDER, faults)) {
                held = changed;
            } else {
                arriving.add(changed);
                if (befalls(FakeFault.DUPLICATE, faults)) {
                    arriving.add(changed);
                }
            }
            if (waiting != null) {
                arriving.add(waiting);
            }
        }
        return arriving;
    }

    private Datagram changed(Datagram sent, FakeFaults faults) {
        byte[] content = sent.content().toArray();
        int length = content.length;
        if (length > 0 && befalls(FakeFault.CORRUPT, faults)) {
            content[random.nextInt(length)] ^= (byte) (1 + random.nextInt(255));
        }
        if (length > 0 && befalls(FakeFault.TRUNCATE, faults)) {
            length = random.nextInt(length);
        }
        return new Datagram(sent.console(), Bytes.copyOf(content, length));
    }

    private boolean befalls(FakeFault fault, FakeFaults faults) {
        int percent = faults.number(fault);
        return percent > 0 && random.nextInt(100) < percent;
    }
}
