package org.novametal.bmc.ipmi.engine;

import java.net.InetSocketAddress;

/**
 * A client's place in the {@link IpmiEngine} while its BMC's address is known.
 *
 * @param client gets the packets
 * @param remote its BMC
 * @param number the low bits of its console session ids, by which the engine finds the client of a packet
 */
record Attachment(EngineClient client, Remote remote, int number) {
    InetSocketAddress address() {
        return remote.address();
    }
}
