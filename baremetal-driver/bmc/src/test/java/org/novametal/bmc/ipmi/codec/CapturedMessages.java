package org.novametal.bmc.ipmi.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.novametal.bmc.BmcCredentials;

/** Messages of all recorded conversations, for tests that need many of them. */
public final class CapturedMessages {
    private static final List<CapturedConversation> CONVERSATIONS = Stream.concat(
                    Stream.of(
                                    "suite3-set-boot-device.txt",
                                    "suite3-device-id.txt",
                                    "suite17-power-on.txt",
                                    "suite17-freeipmi-status.txt",
                                    "suite3-sol.txt",
                                    "suite-query-boot-flags.txt",
                                    "suite17-refused.txt",
                                    "unknown-user.txt")
                            .map(CapturedConversation::read),
                    Stream.of("suite3-key-identify.txt", "suite3-key-identify-force.txt")
                            .map(name -> CapturedConversation.read(
                                    name, new BmcCredentials("admin", "s3cret", Optional.of("key-of-the-bmc")))))
            .toList();

    private CapturedMessages() {}

    /** Whole datagrams, of both sides. */
    public static List<byte[]> datagrams() {
        return CONVERSATIONS.stream()
                .flatMap(conversation -> conversation.datagrams().stream())
                .map(Bytes::toArray)
                .toList();
    }

    /** Payloads of serial over LAN, of both sides, decrypted. */
    public static List<byte[]> serialOverLan() {
        return CONVERSATIONS.stream()
                .flatMap(conversation -> Stream.concat(conversation.typed().stream(), conversation.printed().stream()))
                .map(packet -> packet.encode().toArray())
                .toList();
    }

    /** The contents of the datagrams, decrypted: payloads, and the data of requests and responses. */
    static List<byte[]> contents() {
        List<byte[]> contents = new ArrayList<>(serialOverLan());
        for (CapturedConversation conversation : CONVERSATIONS) {
            for (IpmiRequest request : conversation.requests()) {
                contents.add(request.encode().toArray());
                contents.add(request.data().toArray());
            }
            for (IpmiResponse response : conversation.responses()) {
                contents.add(response.encode().toArray());
                contents.add(response.data().toArray());
            }
            for (Bytes datagram : conversation.datagrams()) {
                if (RmcpFrame.decode(datagram) instanceof SessionFrame packet && packet.sessionId() == 0) {
                    contents.add(packet.payload().toArray());
                }
            }
        }
        return contents;
    }
}
