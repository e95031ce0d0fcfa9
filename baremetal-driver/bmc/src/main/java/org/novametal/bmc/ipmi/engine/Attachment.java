package org.novametal.bmc.ipmi.engine;

import java.net.InetSocketAddress;

/**
 * A client's registration with the {@link IpmiEngine} while its BMC's address is known.
 *
 * @param client receives the packets
 * @param remote the client's BMC
 * @param number the low bits of the client's console session ids, by which the engine finds the client of a packet
 */
record Attachment(EngineClient client, Remote remote, int number) {
    InetSocketAddress address() {
        return remote.address();
    }
}
