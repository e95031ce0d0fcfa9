package org.novametal.bmc;

import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** {@link BmcContract} of a client of this module; the subclass chooses the client and the peer. */
public abstract class ClientContract extends BmcContract {
    private final ClientUnderTest client;

    /** The contract of a client. */
    protected ClientContract(ClientUnderTest client) {
        this.client = client;
    }

    @AfterEach
    final void stop() throws InterruptedException {
        client.factory().close();
        stopPeer();
    }

    /** Ends the peer after a test, when the client is already closed. */
    protected abstract void stopPeer() throws InterruptedException;

    @Override
    protected final BmcFactory factory() {
        return client.factory();
    }

    @Override
    protected final Set<Class<? extends BmcCapability>> capabilities() {
        return client.capabilities();
    }

    @Override
    protected final BmcAddress addressAt(int port) {
        return addressAt("127.0.0.1", port);
    }

    /** An address of the client's protocol. */
    protected final BmcAddress addressAt(String host, int port) {
        return new BmcAddress(client.scheme(), host, port, "");
    }
}
