package org.novametal.bmc.ipmi.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcCredentials;

/**
 * Recorded traffic of foreign programs, decoded with the password. While decoding, each message is encoded again and
 * compared, and each authentication code of the key exchange and of a packet is checked.
 */
final class CapturedConversation {
    private static final BmcCredentials PASSWORD = new BmcCredentials("admin", "s3cret");

    private final BmcCredentials credentials;
    private final List<Bytes> datagrams = new ArrayList<>();
    private final List<IpmiRequest> requests = new ArrayList<>();
    private final List<IpmiResponse> responses = new ArrayList<>();
    private final List<SolPacket> typed = new ArrayList<>();
    private final List<SolPacket> printed = new ArrayList<>();
    private final List<SetupRefusal> refusals = new ArrayList<>();
    private int checkedCodes;

    private @Nullable CipherSuite suite;
    private int consoleSessionId;
    private @Nullable Rakp1 first;
    private @Nullable RakpTranscript transcript;
    private @Nullable SessionSeal seal;

    private CapturedConversation(BmcCredentials credentials) {
        this.credentials = credentials;
    }

    static CapturedConversation read(String name) {
        return read(name, PASSWORD);
    }

    static CapturedConversation read(String name, BmcCredentials credentials) {
        CapturedConversation conversation = new CapturedConversation(credentials);
        for (String line : lines(name)) {
            if (!line.startsWith("#")) {
                conversation.take(line.charAt(0) == '>', Bytes.fromHex(line.substring(2)));
            }
        }
        return conversation;
    }

    private static List<String> lines(String name) {
        try (InputStream in = Objects.requireNonNull(CapturedConversation.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + name, e);
        }
    }

    List<Bytes> datagrams() {
        return datagrams;
    }

    List<IpmiRequest> requests() {
        return requests;
    }

    List<IpmiResponse> responses() {
        return responses;
    }

    /** The console's packets of serial over LAN. */
    List<SolPacket> typed() {
        return typed;
    }

    /** The BMC's packets of serial over LAN. */
    List<SolPacket> printed() {
        return printed;
    }

    List<SetupRefusal> refusals() {
        return refusals;
    }

    /** How many codes of RAKP 2, 3 and 4 were compared. */
    int checkedCodes() {
        return checkedCodes;
    }

    private void take(boolean fromConsole, Bytes datagram) {
        datagrams.add(datagram);
        RmcpFrame frame = RmcpFrame.decode(datagram);
        assertThat(frame.encode()).isEqualTo(datagram);
        switch (frame) {
            case LegacyFrame legacy -> takeMessage(fromConsole, legacy.payload());
            case SessionFrame packet -> take(fromConsole, packet);
        }
    }

    private void take(boolean fromConsole, SessionFrame packet) {
        Bytes payload = packet.payload();
        switch (packet.type()) {
            case IPMI -> {
                Bytes message = packet.sessionId() == 0 ? payload : unsealed(packet);
                takeMessage(fromConsole, message);
            }
            case OPEN_SESSION_REQUEST -> {
                OpenSessionRequest request = OpenSessionRequest.decode(payload);
                assertThat(request.encode()).isEqualTo(payload);
                consoleSessionId = request.consoleSessionId();
            }
            case OPEN_SESSION_RESPONSE -> take(OpenSessionResponse.decode(payload), payload);
            case RAKP_1 -> {
                Rakp1 request = Rakp1.decode(payload);
                assertThat(request.encode().slice(0, 28 + request.username().length()))
                        .isEqualTo(payload.slice(0, 28 + request.username().length()));
                first = request;
            }
            case RAKP_2 -> take(Rakp2.decode(payload), payload);
            case RAKP_3 -> {
                Rakp3 request = Rakp3.decode(payload);
                assertThat(request.encode()).isEqualTo(payload);
                check(request.code(), known(transcript).rakp3Code());
            }
            case RAKP_4 -> take(Rakp4.decode(payload), payload);
            case SERIAL_OVER_LAN -> {
                Bytes message = unsealed(packet);
                SolPacket sol = SolPacket.decode(message);
                assertThat(sol.encode()).isEqualTo(message);
                (fromConsole ? typed : printed).add(sol);
            }
        }
    }

    private void take(OpenSessionResponse response, Bytes payload) {
        switch (response) {
            case SetupRefusal refusal -> refusals.add(refusal);
            case OpenSessionResponse.Accepted accepted -> {
                assertThat(accepted.encode()).isEqualTo(payload);
                assertThat(accepted.consoleSessionId()).isEqualTo(consoleSessionId);
                suite = CipherSuite.of(accepted.authentication(), accepted.integrity(), accepted.confidentiality())
                        .orElseThrow();
            }
        }
    }

    private void take(Rakp2 response, Bytes payload) {
        switch (response) {
            case SetupRefusal refusal -> refusals.add(refusal);
            case Rakp2.Accepted accepted -> {
                assertThat(accepted.encode()).isEqualTo(payload);
                transcript = new RakpTranscript(
                        known(suite),
                        credentials,
                        known(first),
                        consoleSessionId,
                        accepted.bmcRandom(),
                        accepted.bmcGuid());
                check(accepted.code(), known(transcript).rakp2Code());
            }
        }
    }

    private void take(Rakp4 response, Bytes payload) {
        switch (response) {
            case SetupRefusal refusal -> refusals.add(refusal);
            case Rakp4.Accepted accepted -> {
                assertThat(accepted.encode()).isEqualTo(payload);
                check(accepted.check(), known(transcript).rakp4Check());
                seal = known(transcript).seal();
            }
        }
    }

    private Bytes unsealed(SessionFrame packet) {
        Bytes message = known(seal).open(packet);
        Bytes vector = packet.payload().slice(0, SessionSeal.VECTOR_LENGTH);
        assertThat(known(seal).seal(packet.type(), packet.sessionId(), packet.sequence(), message, vector))
                .isEqualTo(packet);
        return message;
    }

    private void takeMessage(boolean fromConsole, Bytes message) {
        if (fromConsole) {
            IpmiRequest request = IpmiRequest.decode(message);
            assertThat(request.encode()).isEqualTo(message);
            requests.add(request);
        } else {
            IpmiResponse response = IpmiResponse.decode(message);
            assertThat(response.encode()).isEqualTo(message);
            responses.add(response);
        }
    }

    private void check(Bytes seen, Bytes computed) {
        assertThat(seen).isEqualTo(computed);
        checkedCodes++;
    }

    private static <T> T known(@Nullable T value) {
        return Objects.requireNonNull(value, "the capture lacks an earlier message");
    }
}
