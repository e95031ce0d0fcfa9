package org.novametal.fake;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.PayloadActivationStatus;
import org.novametal.bmc.ipmi.codec.PayloadInstance;
import org.novametal.bmc.ipmi.codec.PayloadInstanceInfo;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.SolOperation;
import org.novametal.bmc.ipmi.codec.SolPacket;
import org.novametal.bmc.ipmi.codec.SolStatus;

/**
 * The BMC's side of serial over LAN: one instance, in one session at a time. Each of its packets is sent again until it is
 * acknowledged, or the payload is deactivated; output that the machine prints meanwhile is kept up to a limit, and dropped
 * beyond it with the overrun status set. Of the console's packets it accepts the next one in order, answers a repeated one as
 * before, and ignores all others.
 *
 * <p>Owned by its {@link FakeIpmiBmc}, whose lock guards it; only {@link #printed} is called without the lock. Source: IPMI
 * 2.0 §15.9.
 */
final class FakeIpmiSol {
    /** The maximum length of a packet, header included; small, so that a screen takes several packets. */
    static final int LARGEST_PAYLOAD = 64;

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(60);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final int BUFFER_LIMIT = 256 * 1024;

    /** The services of the BMC that serial over LAN uses. */
    interface Surroundings {
        /** Sends a packet in a session. */
        void send(int sessionId, SolPacket packet);

        /** Calls {@link FakeIpmiSol#tick} after a delay, with the BMC's lock held. */
        void tickAfter(Duration delay);
    }

    private final Optional<FakeSerialLine> line;
    private final Surroundings surroundings;
    /** Printed output that {@link #gather} has not yet taken; its bytes are counted, to limit it. */
    private final ConcurrentLinkedQueue<Bytes> printed = new ConcurrentLinkedQueue<>();

    private final AtomicInteger printedBytes = new AtomicInteger();
    private volatile boolean active;
    private volatile boolean overrun;

    private int sessionId;
    private Bytes unsent = Bytes.EMPTY;
    private int sequence;
    private @Nullable SolPacket outstanding;
    private long firstSentNanos;
    private long resendAtNanos;
    private int lastInbound;
    private int newestSequence;
    private @Nullable SolPacket lastAnswer;

    FakeIpmiSol(Optional<FakeSerialLine> line, Surroundings surroundings) {
        this.line = line;
        this.surroundings = surroundings;
        Consumer<Bytes> listener = this::printed;
        line.ifPresent(present -> present.listen(listener));
    }

    /** Whether the payload is active, in any session. */
    PayloadActivationStatus status() {
        return new PayloadActivationStatus(1, active ? 1 : 0);
    }

    /** The session in which the payload is active. */
    PayloadInstanceInfo instance() {
        return new PayloadInstanceInfo(active ? sessionId : 0);
    }

    /** Activates the payload, and returns the completion code. */
    int activate(PayloadInstance asked, int session) {
        if (asked.type() != PayloadType.SERIAL_OVER_LAN || line.isEmpty()) {
            return PayloadInstance.TYPE_DISABLED;
        }
        if (asked.instance() != 1) {
            return CompletionCode.INVALID_FIELD.code();
        }
        if (active) {
            return PayloadInstance.ALREADY_ACTIVE;
        }
        printed.clear();
        printedBytes.set(0);
        unsent = Bytes.EMPTY;
        sequence = 0;
        outstanding = null;
        lastInbound = 0;
        lastAnswer = null;
        overrun = false;
        sessionId = session;
        active = true;
        return CompletionCode.OK.code();
    }

    /** Deactivates the payload in the session that has it; that session is notified, unless it made the request. */
    int deactivate(PayloadInstance asked, int session) {
        if (asked.type() != PayloadType.SERIAL_OVER_LAN || asked.instance() != 1) {
            return CompletionCode.INVALID_FIELD.code();
        }
        if (!active) {
            return PayloadInstance.ALREADY_INACTIVE;
        }
        if (session != sessionId) {
            surroundings.send(sessionId, new SolPacket(0, 0, 0, 0, Bytes.EMPTY).with(SolStatus.DEACTIVATED));
        }
        active = false;
        return CompletionCode.OK.code();
    }

    /** Deactivates the payload unless its session is one of these. */
    void keepOnlyIn(Set<Integer> sessions) {
        active = active && sessions.contains(sessionId);
    }

    /** Receives the machine's output, on the machine's threads. */
    private void printed(Bytes characters) {
        if (!active) {
            return;
        }
        if (printedBytes.addAndGet(characters.length()) > BUFFER_LIMIT) {
            printedBytes.addAndGet(-characters.length());
            overrun = true;
            return;
        }
        printed.add(characters);
        surroundings.tickAfter(Duration.ZERO);
    }

    /** Processes a packet, if it belongs to the session in which the payload is active. */
    void receive(int session, int sessionSequence, SolPacket packet, long nowNanos) {
        if (!active || session != sessionId || isLate(packet, sessionSequence)) {
            return;
        }
        SolPacket current = outstanding;
        if (current != null && packet.acknowledged() == current.sequence()) {
            unsent = unsent.slice(Math.min(packet.accepted(), current.data().length()), unsent.length());
            outstanding = null;
        }
        SolPacket repeated = lastAnswer;
        if (repeated != null && packet.sequence() == lastInbound) {
            surroundings.send(sessionId, repeated);
        } else if (packet.sequence() == SolPacket.nextSequence(lastInbound)) {
            surroundings.send(sessionId, answer(packet));
        }
        tick(nowNanos);
    }

    /** Whether a later packet with characters overtook this one; the fifteen sequence numbers of SOL cannot show that. */
    private boolean isLate(SolPacket packet, int sessionSequence) {
        boolean isLate = lastInbound != 0 && sessionSequence - newestSequence < 0;
        if (!isLate && packet.sequence() != 0) {
            newestSequence = sessionSequence;
        }
        return isLate;
    }

    private SolPacket answer(SolPacket packet) {
        FakeSerialLine serial = line.orElseThrow();
        if (packet.asksFor(SolOperation.BREAK)) {
            serial.sendBreak();
        }
        Bytes characters = packet.data();
        SolPacket answer = serial.type(characters)
                ? SolPacket.acknowledgement(packet.sequence(), characters.length())
                : SolPacket.refusal(packet.sequence(), 0).with(SolStatus.TRANSFER_UNAVAILABLE);
        lastInbound = packet.sequence();
        lastAnswer = answer;
        return answer;
    }

    /** Sends waiting output, or repeats the packet that was not acknowledged. */
    void tick(long nowNanos) {
        if (!active) {
            return;
        }
        SolPacket current = outstanding;
        if (current == null) {
            gather();
            if (unsent.length() > 0) {
                sequence = SolPacket.nextSequence(sequence);
                int length = Math.min(unsent.length(), LARGEST_PAYLOAD - SolPacket.HEADER_LENGTH);
                SolPacket next = SolPacket.ofData(sequence, unsent.slice(0, length));
                if (overrun) {
                    overrun = false;
                    next = next.with(SolStatus.OVERRUN);
                }
                firstSentNanos = nowNanos;
                transmit(next, nowNanos);
            }
        } else if (nowNanos - firstSentNanos >= ANSWER_LIMIT.toNanos()) {
            active = false;
        } else if (nowNanos - resendAtNanos >= 0) {
            transmit(current, nowNanos);
        }
    }

    private void gather() {
        Bytes next = printed.poll();
        while (next != null) {
            printedBytes.addAndGet(-next.length());
            unsent = unsent.concat(next);
            next = unsent.length() < LARGEST_PAYLOAD ? printed.poll() : null;
        }
    }

    private void transmit(SolPacket packet, long nowNanos) {
        outstanding = packet;
        resendAtNanos = nowNanos + RETRY_INTERVAL.toNanos();
        surroundings.send(sessionId, packet);
        surroundings.tickAfter(RETRY_INTERVAL);
    }
}
