package org.novametal.bmc.ipmi.engine;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One BMC by its address, shared by all clients that talk to it. One client at a time has the turn to send a request, because
 * some BMCs have one buffer for all requests. Owned by the engine's thread.
 */
final class Remote {
    private final InetSocketAddress address;
    /** Almost always one. */
    private final List<EngineClient> clients = new ArrayList<>(1);

    private final ArrayDeque<EngineClient> waiting = new ArrayDeque<>(1);
    private @Nullable EngineClient asking;

    Remote(InetSocketAddress address) {
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    List<EngineClient> clients() {
        return clients;
    }

    boolean isAskedBy(EngineClient client) {
        return asking == client;
    }

    /** Takes the turn; false where another client has it: then this one waits for it. */
    boolean enter(EngineClient client) {
        if (asking == null) {
            asking = client;
            return true;
        }
        waiting.add(client);
        return false;
    }

    /**
     * Gives up the turn, or the wait for it.
     *
     * @return the client that has the turn now and did not before; null for none
     */
    @Nullable
    EngineClient leave(EngineClient client) {
        if (asking != client) {
            waiting.remove(client);
            return null;
        }
        asking = waiting.poll();
        return asking;
    }
}
