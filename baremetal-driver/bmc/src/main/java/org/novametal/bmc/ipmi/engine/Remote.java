package org.novametal.bmc.ipmi.engine;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The address of one BMC, shared by all clients of that BMC. One client at a time has the turn to send a request, because
 * some BMCs have one buffer for all requests. Owned by the engine's thread.
 */
final class Remote {
    private final InetSocketAddress address;
    /** Almost always one client. */
    private final List<EngineClient> clients = new ArrayList<>(1);

    private final ArrayDeque<EngineClient> waiting = new ArrayDeque<>(1);
    private @Nullable EngineClient turnHolder;

    Remote(InetSocketAddress address) {
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    List<EngineClient> clients() {
        return clients;
    }

    boolean hasTurn(EngineClient client) {
        return client.equals(turnHolder);
    }

    /** Takes the turn; false where another client has it: then this one waits for it. */
    boolean enter(EngineClient client) {
        if (turnHolder == null) {
            turnHolder = client;
            return true;
        }
        waiting.add(client);
        return false;
    }

    /**
     * Returns the turn, or stops waiting for it.
     *
     * @return the client that gets the turn; null for none
     */
    @Nullable
    EngineClient leave(EngineClient client) {
        if (!hasTurn(client)) {
            waiting.remove(client);
            return null;
        }
        turnHolder = waiting.poll();
        return turnHolder;
    }
}
