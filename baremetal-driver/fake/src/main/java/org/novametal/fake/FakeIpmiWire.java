package org.novametal.fake;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.ipmi.codec.Bytes;

/**
 * One direction of the network between the consoles and one BMC, with the faults that change, lose, duplicate or reorder
 * datagrams. It does no I/O; it guards the held datagrams by its own lock.
 */
final class FakeIpmiWire {
    /**
     * A datagram in transit.
     *
     * @param console the console's address, for both directions
     * @param content the datagram's bytes
     */
    record Datagram(SocketAddress console, Bytes content) {}

    /** The direction of a datagram. */
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

    /** Returns the datagrams that arrive, in order, when a datagram is sent; may be empty. */
    synchronized List<Datagram> pass(FakeFaults faults, Datagram sent) {
        List<Datagram> arriving = new ArrayList<>();
        if (direction == Direction.TO_CONSOLE) {
            Datagram old = previous;
            if (old != null && affects(FakeFault.OLD_ANSWER, faults)) {
                arriving.add(old);
            }
            previous = sent;
        }
        if (!affects(FakeFault.DROP, faults)) {
            Datagram changed = changed(sent, faults);
            Datagram waiting = held;
            held = null;
            if (waiting == null && affects(FakeFault.REORDER, faults)) {
                held = changed;
            } else {
                arriving.add(changed);
                if (affects(FakeFault.DUPLICATE, faults)) {
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
        if (length > 0 && affects(FakeFault.CORRUPT, faults)) {
            content[random.nextInt(length)] ^= (byte) (1 + random.nextInt(255));
        }
        if (length > 0 && affects(FakeFault.TRUNCATE, faults)) {
            length = random.nextInt(length);
        }
        return new Datagram(sent.console(), Bytes.copyOf(content, length));
    }

    private boolean affects(FakeFault fault, FakeFaults faults) {
        int percent = faults.number(fault);
        return percent > 0 && random.nextInt(100) < percent;
    }
}
