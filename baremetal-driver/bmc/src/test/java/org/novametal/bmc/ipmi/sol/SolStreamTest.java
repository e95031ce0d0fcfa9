package org.novametal.bmc.ipmi.sol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.SolOperation;
import org.novametal.bmc.ipmi.codec.SolPacket;
import org.novametal.bmc.ipmi.codec.SolStatus;

class SolStreamTest {
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
    private static final int CHARACTERS_A_PACKET = 8;

    private int sessionSequence = Integer.MAX_VALUE - 5;
    private long nowNanos = Long.MAX_VALUE - 1_000_000_000L;
    private final SolStream stream = new SolStream(
            "b1", new SolSettings(RETRY, LIMIT, KEEP_ALIVE), CHARACTERS_A_PACKET + SolPacket.HEADER_LENGTH, nowNanos);

    @Test
    void whatIsTypedGoesOutAtOnceAndIsTakenWithItsAcknowledgement() {
        assertThat(type(7, "ls\r")).containsExactly(send(SolPacket.ofData(1, ascii("ls\r"))));

        assertThat(receive(SolPacket.acknowledgement(1, 3))).containsExactly(new SolOutput.Taken(7));
    }

    @Test
    void aPacketIsSentAgainUnderItsNumberUntilItIsAcknowledged() {
        type(1, "a");

        assertThat(tickAfter(RETRY.minusNanos(1))).isEmpty();
        assertThat(tickAfter(Duration.ofNanos(1))).containsExactly(send(SolPacket.ofData(1, ascii("a"))));
        assertThat(tickAfter(RETRY)).containsExactly(send(SolPacket.ofData(1, ascii("a"))));
        assertThat(receive(SolPacket.acknowledgement(1, 1))).containsExactly(new SolOutput.Taken(1));
        assertThat(tickAfter(RETRY)).isEmpty();
    }

    @Test
    void longTextsGoInSeveralPacketsOneAtATime() {
        assertThat(type(1, "12345678abc")).containsExactly(send(SolPacket.ofData(1, ascii("12345678"))));
        assertThat(type(2, "x")).isEmpty();

        assertThat(receive(SolPacket.acknowledgement(1, 8))).containsExactly(send(SolPacket.ofData(2, ascii("abc"))));
        assertThat(receive(SolPacket.acknowledgement(2, 3)))
                .containsExactly(new SolOutput.Taken(1), send(SolPacket.ofData(3, ascii("x"))));
    }

    @Test
    void theRestOfAPacketThatWasTakenInPartGoesOutUnderTheNextNumber() {
        type(1, "12345678");

        assertThat(receive(SolPacket.acknowledgement(1, 5))).containsExactly(send(SolPacket.ofData(2, ascii("678"))));
        assertThat(receive(SolPacket.acknowledgement(2, 3))).containsExactly(new SolOutput.Taken(1));
    }

    @Test
    void afterARefusalTheRestWaitsForAPause() {
        type(1, "12345678");

        assertThat(receive(SolPacket.refusal(1, 2))).isEmpty();
        assertThat(tickAfter(RETRY.minusNanos(1))).isEmpty();
        assertThat(tickAfter(Duration.ofNanos(1))).containsExactly(send(SolPacket.ofData(2, ascii("345678"))));
    }

    @Test
    void aRefusalThatIsTakenBackEndsThePause() {
        type(1, "12");
        receive(SolPacket.refusal(1, 0));

        assertThat(receive(SolPacket.refusal(1, 0))).isEmpty();
        assertThat(receive(SolPacket.acknowledgement(1, 0))).containsExactly(send(SolPacket.ofData(2, ascii("12"))));
    }

    @Test
    void aBmcThatTakesNothingIsNotAskedInALoop() {
        type(1, "12");

        assertThat(receive(SolPacket.acknowledgement(1, 0))).isEmpty();
        assertThat(tickAfter(RETRY)).containsExactly(send(SolPacket.ofData(2, ascii("12"))));
    }

    @Test
    void aMachineThatIsOffShows() {
        type(1, "12");
        receive(SolPacket.refusal(1, 0).with(SolStatus.TRANSFER_UNAVAILABLE));
        assertThat(stream.isTransferUnavailable()).isTrue();

        tickAfter(RETRY);
        receive(SolPacket.acknowledgement(2, 2));
        assertThat(stream.isTransferUnavailable()).isFalse();
    }

    @Test
    void aBreakGoesOutInItsTurn() {
        type(1, "a");
        assertThat(stream.sendBreak(2, nowNanos)).isEmpty();
        type(3, "b");

        assertThat(receive(SolPacket.acknowledgement(1, 1)))
                .contains(send(SolPacket.ofData(2, Bytes.EMPTY).with(SolOperation.BREAK)));
        assertThat(receive(SolPacket.acknowledgement(2, 0)))
                .containsExactly(new SolOutput.Taken(2), send(SolPacket.ofData(3, ascii("b"))));
    }

    @Test
    void theNumbersGoFromOneToFifteenAndAround() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            SolPacket packet = packets(type(i, "x")).getFirst();
            numbers.add(packet.sequence());
            receive(SolPacket.acknowledgement(packet.sequence(), 1));
        }
        assertThat(numbers).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1, 2);
    }

    @Test
    void anAcknowledgementOfAnotherPacketChangesNothing() {
        type(1, "a");

        assertThat(receive(SolPacket.acknowledgement(2, 1))).isEmpty();
        assertThat(receive(SolPacket.acknowledgement(15, 1))).isEmpty();
        assertThat(receive(SolPacket.acknowledgement(1, 1))).containsExactly(new SolOutput.Taken(1));
        assertThat(receive(SolPacket.acknowledgement(1, 1))).isEmpty();
    }

    @Test
    void anAcknowledgementThatComesLateIsNotTakenForThatOfAnotherPacket() {
        type(1, "a");
        receive(SolPacket.acknowledgement(1, 1), sessionSequence += 2);
        for (int i = 2; i <= 16; i++) {
            type(i, "x");
            if (i < 16) {
                receive(SolPacket.acknowledgement(i, 1));
            }
        }

        assertThat(receive(SolPacket.acknowledgement(1, 1), Integer.MAX_VALUE - 4))
                .isEmpty();
        assertThat(receive(SolPacket.acknowledgement(1, 1))).containsExactly(new SolOutput.Taken(16));
    }

    @Test
    void whatIsPrintedIsGivenOutOnceAndAcknowledgedEachTime() {
        SolPacket printed = SolPacket.ofData(9, ascii("login: "));

        assertThat(receive(printed))
                .containsExactly(new SolOutput.Received(ascii("login: ")), send(SolPacket.acknowledgement(9, 7)));
        assertThat(receive(printed)).containsExactly(send(SolPacket.acknowledgement(9, 7)));
        assertThat(receive(SolPacket.ofData(10, ascii("x")))).contains(new SolOutput.Received(ascii("x")));
    }

    @Test
    void ofARepeatedPacketThatHasGrownOnlyTheNewPartIsGivenOut() {
        receive(SolPacket.ofData(1, ascii("abc")));

        assertThat(receive(SolPacket.ofData(1, ascii("abcde"))))
                .containsExactly(new SolOutput.Received(ascii("de")), send(SolPacket.acknowledgement(1, 5)));
    }

    @Test
    void aPacketThatComesLateIsNotTakenForNew() {
        receive(SolPacket.ofData(14, ascii("a")));
        receive(SolPacket.ofData(15, ascii("b")));
        receive(SolPacket.ofData(1, ascii("c")), sessionSequence += 3);

        assertThat(receive(SolPacket.ofData(15, ascii("b")), sessionSequence - 2))
                .isEmpty();
        assertThat(receive(SolPacket.ofData(14, ascii("a")), sessionSequence - 1))
                .isEmpty();
        assertThat(receive(SolPacket.ofData(2, ascii("d")))).contains(new SolOutput.Received(ascii("d")));
    }

    @Test
    void whatTheBmcGaveUpOrDroppedIsAGap() {
        receive(SolPacket.ofData(1, ascii("a")));

        assertThat(receive(SolPacket.ofData(3, ascii("c"))))
                .containsExactly(
                        new SolOutput.Gap(), new SolOutput.Received(ascii("c")), send(SolPacket.acknowledgement(3, 1)));
        assertThat(receive(SolPacket.ofData(4, ascii("d")).with(SolStatus.OVERRUN)))
                .startsWith(new SolOutput.Gap(), new SolOutput.Received(ascii("d")));
    }

    @Test
    void moreCharactersThanACountTellsAreTakenInParts() {
        Bytes screen = Bytes.copyOf(new byte[300]);

        assertThat(receive(SolPacket.ofData(1, screen)))
                .containsExactly(new SolOutput.Received(screen.slice(0, 255)), send(SolPacket.acknowledgement(1, 255)));
    }

    @Test
    void outputOfABmcWhosePacketsHaveOneSessionSequenceNumberIsGivenOut() {
        assertThat(receive(SolPacket.ofData(1, ascii("a")), 7)).contains(new SolOutput.Received(ascii("a")));
        assertThat(receive(SolPacket.ofData(2, ascii("b")), 7)).contains(new SolOutput.Received(ascii("b")));
        type(1, "x");
        assertThat(receive(SolPacket.acknowledgement(1, 1), 7)).containsExactly(new SolOutput.Taken(1));
        type(2, "y");
        assertThat(receive(SolPacket.acknowledgement(2, 1), 7)).containsExactly(new SolOutput.Taken(2));
    }

    @Test
    void outputInAPacketWithoutANumberIsGivenOutAndNotAcknowledged() {
        assertThat(receive(SolPacket.ofData(0, ascii("boot")))).containsExactly(new SolOutput.Received(ascii("boot")));
        assertThat(receive(new SolPacket(0, 3, 1, 0, ascii("noise")))).isEmpty();
    }

    @Test
    void anAcknowledgementWithoutStatusIsRead() {
        type(1, "ab");

        assertThat(stream.receive(Bytes.of(0, 1, 2), ++sessionSequence, nowNanos))
                .containsExactly(new SolOutput.Taken(1));
    }

    @Test
    void anAcknowledgementOfMoreCharactersThanWereSentEndsTheInput() {
        type(1, "ab");

        assertThat(receive(SolPacket.acknowledgement(1, 255))).containsExactly(new SolOutput.Taken(1));
    }

    @Test
    void theStreamEndsWhenTheBmcSaysSo() {
        type(1, "a");

        List<SolOutput> outputs = receive(new SolPacket(0, 0, 0, 0, Bytes.EMPTY).with(SolStatus.DEACTIVATED));

        assertThat(outputs)
                .singleElement()
                .isInstanceOfSatisfying(
                        SolOutput.Ended.class,
                        ended -> assertThat(ended.cause().reason()).isEqualTo(Reason.BUSY));
        assertThat(type(2, "b")).isEmpty();
        assertThat(tickAfter(LIMIT)).isEmpty();
        assertThat(receive(SolPacket.ofData(1, ascii("x")))).isEmpty();
        assertThat(stream.wakeupNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theStreamEndsWhenNothingIsAcknowledged() {
        type(1, "a");

        List<SolOutput> outputs = tickAfter(LIMIT);

        assertThat(outputs)
                .singleElement()
                .isInstanceOfSatisfying(
                        SolOutput.Ended.class,
                        ended -> assertThat(ended.cause().reason()).isEqualTo(Reason.UNREACHABLE));
    }

    @Test
    void aStreamAsksWhetherItIsStillActiveThoughPacketsPass() {
        assertThat(stream.wakeupNanos()).isEqualTo(nowNanos + KEEP_ALIVE.toNanos());

        assertThat(tickAfter(KEEP_ALIVE)).containsExactly(new SolOutput.AskWhetherActive());
        assertThat(tickAfter(KEEP_ALIVE.minusNanos(1))).isEmpty();
        receive(SolPacket.ofData(1, ascii("a")));
        type(1, "b");
        receive(SolPacket.acknowledgement(1, 1));
        assertThat(tickAfter(Duration.ofNanos(1))).containsExactly(new SolOutput.AskWhetherActive());
    }

    @Test
    void whatIsTakenBackIsNotSentButWhatIsOnItsWayIsSeenThrough() {
        type(1, "12345678abc");
        type(2, "never");
        type(3, "x");

        stream.cancel(2);
        stream.cancel(1);

        assertThat(tickAfter(RETRY)).containsExactly(send(SolPacket.ofData(1, ascii("12345678"))));
        assertThat(receive(SolPacket.acknowledgement(1, 8)))
                .containsExactly(new SolOutput.Taken(1), send(SolPacket.ofData(2, ascii("x"))));
    }

    @Test
    void aSizeThatLeavesNoRoomIsNotBelieved() {
        SolStream odd = new SolStream("b2", new SolSettings(RETRY, LIMIT, KEEP_ALIVE), 0, nowNanos);

        assertThat(packets(odd.type(1, Bytes.copyOf(new byte[20]), nowNanos))
                        .getFirst()
                        .data()
                        .length())
                .isEqualTo(16);
    }

    @Test
    void typingNothingIsAnError() {
        assertThatThrownBy(() -> stream.type(1, Bytes.EMPTY, nowNanos)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyPayloadsAtAllLeaveTheStreamAlive() {
        long seed = 20_261L;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] payload = new byte[random.nextInt(20)];
            random.nextBytes(payload);
            if (payload.length > 3) {
                // Clears the bit that would end the stream.
                payload[3] &= ~0x10;
            }
            stream.receive(Bytes.copyOf(payload), round, nowNanos);
            type(round, "x");
        }
        assertThat(stream.wakeupNanos()).as("seed " + seed).isNotEqualTo(Long.MAX_VALUE);
    }

    private List<SolOutput> type(long number, String text) {
        return stream.type(number, ascii(text), nowNanos);
    }

    private List<SolOutput> receive(SolPacket packet) {
        return receive(packet, ++sessionSequence);
    }

    private List<SolOutput> receive(SolPacket packet, int number) {
        return stream.receive(packet.encode(), number, nowNanos);
    }

    private List<SolOutput> tickAfter(Duration duration) {
        nowNanos += duration.toNanos();
        return stream.tick(nowNanos);
    }

    private static List<SolPacket> packets(List<SolOutput> outputs) {
        return outputs.stream()
                .filter(SolOutput.Send.class::isInstance)
                .map(output -> SolPacket.decode(((SolOutput.Send) output).payload()))
                .toList();
    }

    private static SolOutput send(SolPacket packet) {
        return new SolOutput.Send(packet.encode());
    }

    private static Bytes ascii(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.US_ASCII));
    }
}
