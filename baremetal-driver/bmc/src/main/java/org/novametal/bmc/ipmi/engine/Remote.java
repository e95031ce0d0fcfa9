package org.novametal.bmc.ipmi.engine;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One BMC by its address: shared by all lines that lead there, of which one at a time has the turn to ask: some BMCs have one
 * buffer for all requests. Owned by the engine's thread.
 */
final class Remote {
    private final InetSocketAddress address;
    /** Mostly one line, which needs no list. */
    private final List<IpmiLine> lines = new ArrayList<>(1);

    private final ArrayDeque<IpmiLine> waiting = new ArrayDeque<>(1);
    private @Nullable IpmiLine asking;

    Remote(InetSocketAddress address) {
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    List<IpmiLine> lines() {
        return lines;
    }

    boolean isAskedBy(IpmiLine line) {
        return asking == line;
    }

    /** Takes the turn; false where another line has it: then the line waits for it. */
    boolean enter(IpmiLine line) {
        if (asking == null) {
            asking = line;
            return true;
        }
        waiting.add(line);
        return false;
    }

    /**
     * Gives up the turn, or the wait for it.
     *
     * @return the line that has the turn now and did not before; null for none
     */
    @Nullable
    IpmiLine leave(IpmiLine line) {
        if (asking != line) {
            waiting.remove(line);
            return null;
        }
        asking = waiting.poll();
        return asking;
    }
}
