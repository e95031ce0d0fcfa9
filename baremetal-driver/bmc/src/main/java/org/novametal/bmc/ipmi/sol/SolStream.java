package org.novametal.bmc.ipmi.sol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.SolOperation;
import org.novametal.bmc.ipmi.codec.SolPacket;
import org.novametal.bmc.ipmi.codec.SolStatus;
import org.novametal.bmc.ipmi.codec.WireQuirk;

/**
 * The remote console's side of one activated SOL payload, without I/O: typed input, packets from the BMC and the current
 * time go in, {@link SolOutput}s come out.
 *
 * <p>One packet to the BMC is outstanding at a time. It is sent again under its number until it is acknowledged; characters
 * that the BMC did not accept are sent under the next number, after a pause if the packet was refused or none were
 * accepted. Each packet from the BMC is acknowledged each time it arrives, and its characters are output once: a packet
 * with the same number repeats the last one (which may have grown meanwhile), any other is new.
 *
 * <p>Fifteen numbers cannot distinguish a late packet from a new one, so the session sequence numbers are used: a packet
 * that arrives after a later one of its kind is ignored, because the BMC sends unacknowledged packets again.
 *
 * <p>Its owner performs the returned outputs, and calls {@link #tick} at {@link #wakeupNanos}. Times are nanoseconds of one
 * monotonic clock. Not for several threads: used by its owner only.
 *
 * <p>Source: IPMI 2.0 §15.9 and 15.11.
 */
public final class SolStream {
    /** Number of characters in a packet to a BMC that reports a size too small for a single character. */
    private static final int SMALLEST_USUAL_DATA_LENGTH = 16;

    private final String name;
    private final SolSettings settings;
    private final int dataLength;

    private final Deque<Typed> waiting = new ArrayDeque<>();
    private @Nullable Outstanding outstanding;
    private int sequence;
    private long heldUntilNanos;
    private Hold hold = Hold.NONE;
    /** When the session was last kept open by a request; packets of this stream do not count. */
    private long keptAliveAtNanos;

    private final Newest newestData = new Newest();
    private final Newest newestAcknowledgement = new Newest();
    private int lastInbound;
    private int lastInboundLength;
    private boolean transferUnavailable;
    private boolean ended;

    private enum Hold {
        /** The next packet may be sent. */
        NONE,
        /** The BMC refused the last packet or accepted none of its characters: the next one is sent after a pause. */
        PAUSE
    }

    /** One input with its number, and how many of its characters the BMC has accepted; a break has no characters. */
    private static final class Typed {
        final long number;
        final Bytes data;
        int taken;

        Typed(long number, Bytes data) {
            this.number = number;
            this.data = data;
        }

        boolean isBreak() {
            return data.length() == 0;
        }
    }

    /** The highest session sequence number of a kind of packet; numbers wrap around. */
    private static final class Newest {
        private boolean any;
        private int number;

        boolean take(int candidate) {
            // Equal numbers belong to different packets of a BMC whose numbers stand still.
            boolean isNewer = !any || candidate - number >= 0;
            if (isNewer) {
                any = true;
                number = candidate;
            }
            return isNewer;
        }
    }

    private record Outstanding(SolPacket packet, long firstSentNanos, long resendAtNanos) {}

    /**
     * A stream whose payload was just activated.
     *
     * @param name the BMC's name in messages
     * @param settings the stream's time limits
     * @param largestToBmc the largest payload that the BMC accepts, in bytes, including the header
     */
    public SolStream(String name, SolSettings settings, int largestToBmc, long nowNanos) {
        this.name = name;
        this.settings = settings;
        int room = largestToBmc - SolPacket.HEADER_LENGTH;
        this.dataLength = room < 1 ? SMALLEST_USUAL_DATA_LENGTH : Math.min(room, SolPacket.MAXIMUM_DATA_LENGTH);
        this.keptAliveAtNanos = nowNanos;
    }

    /**
     * Types characters after all earlier input. The input ends with {@link SolOutput.Taken}, with the end of the stream, or
     * by {@link #cancel}.
     *
     * @param number chosen by the caller, a different one for each input
     * @param data at least one byte
     * @throws IllegalArgumentException when there are no characters to type
     */
    public List<SolOutput> type(long number, Bytes data, long nowNanos) {
        if (data.length() == 0) {
            throw new IllegalArgumentException("BMC " + name + ": no characters to type");
        }
        return enqueue(new Typed(number, data), nowNanos);
    }

    /** Sends a break after all earlier input; otherwise like {@link #type}. */
    public List<SolOutput> sendBreak(long number, long nowNanos) {
        return enqueue(new Typed(number, Bytes.EMPTY), nowNanos);
    }

    /** Cancels the input with a number, except for characters already sent. */
    public void cancel(long number) {
        Typed first = waiting.peek();
        if (outstanding != null && first != null && first.number == number) {
            int sent = outstanding.packet().data().length();
            waiting.pop();
            if (!first.isBreak()) {
                // Sent characters must be acknowledged first, because the BMC tracks packet numbers.
                Typed rest = new Typed(number, first.data.slice(first.taken, first.taken + sent));
                waiting.push(rest);
            } else {
                waiting.push(first);
            }
        } else {
            waiting.removeIf(typed -> typed.number == number);
        }
    }

    /**
     * Processes a payload of type SOL from the session. Malformed, repeated and late payloads have no effect on the stream.
     *
     * @param sessionSequence the session sequence number of the payload's packet
     */
    public List<SolOutput> receive(Bytes payload, int sessionSequence, long nowNanos) {
        List<SolOutput> outputs = new ArrayList<>();
        if (ended) {
            return outputs;
        }
        SolPacket packet;
        try {
            packet = SolPacket.decode(payload);
        } catch (MalformedMessageException e) {
            return outputs;
        }
        transferUnavailable = packet.has(SolStatus.TRANSFER_UNAVAILABLE);
        if (packet.acknowledged() != 0 && newestAcknowledgement.take(sessionSequence)) {
            takeAcknowledgement(packet, nowNanos, outputs);
        }
        if (packet.sequence() != 0 && newestData.take(sessionSequence)) {
            takeData(packet, outputs);
        } else if (packet.sequence() == 0) {
            takeUnnumbered(packet, outputs);
        }
        if (packet.has(SolStatus.DEACTIVATED)) {
            end(Reason.BUSY, "it ended the console; another user may have taken it over", outputs);
        } else {
            sendNext(nowNanos, outputs);
        }
        return outputs;
    }

    /** Whether the BMC's last packet reported that it cannot transfer characters, because the machine is off or asleep. */
    public boolean isTransferUnavailable() {
        return transferUnavailable;
    }

    /** When {@link #tick} must be called next. */
    public long wakeupNanos() {
        if (ended) {
            return Long.MAX_VALUE;
        }
        long wakeup = keptAliveAtNanos + settings.keepAlive().toNanos();
        Outstanding current = outstanding;
        if (current != null) {
            wakeup = earlier(wakeup, current.resendAtNanos());
        } else if (hold == Hold.PAUSE) {
            wakeup = earlier(wakeup, heldUntilNanos);
        }
        return wakeup;
    }

    /**
     * Performs the due action: sends a packet again, continues after a pause, checks that the console is still active, or
     * ends the stream.
     */
    public List<SolOutput> tick(long nowNanos) {
        List<SolOutput> outputs = new ArrayList<>();
        if (ended) {
            return outputs;
        }
        Outstanding current = outstanding;
        if (current == null) {
            sendNext(nowNanos, outputs);
        } else if (nowNanos - current.firstSentNanos() >= settings.answerLimit().toNanos()) {
            end(
                    Reason.UNREACHABLE,
                    "it did not acknowledge the typed characters within " + settings.answerLimit(),
                    outputs);
        } else if (nowNanos - current.resendAtNanos() >= 0) {
            transmit(current.packet(), current.firstSentNanos(), nowNanos, outputs);
        }
        if (!ended && nowNanos - keptAliveAtNanos >= settings.keepAlive().toNanos()) {
            keptAliveAtNanos = nowNanos;
            outputs.add(new SolOutput.AskWhetherActive());
        }
        return outputs;
    }

    private List<SolOutput> enqueue(Typed typed, long nowNanos) {
        List<SolOutput> outputs = new ArrayList<>();
        if (!ended) {
            waiting.add(typed);
            sendNext(nowNanos, outputs);
        }
        return outputs;
    }

    private void takeAcknowledgement(SolPacket packet, long nowNanos, List<SolOutput> outputs) {
        Outstanding current = outstanding;
        if (current == null) {
            if (packet.acknowledged() == sequence && !packet.isRefusal()) {
                // The BMC acknowledges the packet that it had refused: it has room again.
                hold = Hold.NONE;
            }
            return;
        }
        if (packet.acknowledged() != current.packet().sequence()) {
            return;
        }
        outstanding = null;
        Typed first = waiting.element();
        int sent = current.packet().data().length();
        int accepted = Math.min(packet.accepted(), sent);
        first.taken += accepted;
        boolean isDone = first.isBreak() ? !packet.isRefusal() : first.taken == first.data.length();
        if (isDone) {
            waiting.remove();
            outputs.add(new SolOutput.Taken(first.number));
        }
        if (packet.isRefusal() || (accepted == 0 && sent > 0)) {
            hold = Hold.PAUSE;
            heldUntilNanos = nowNanos + settings.retryInterval().toNanos();
        }
    }

    /** See {@link WireQuirk#SOL_UNNUMBERED_DATA}. What follows an acknowledgement in its packet is not output. */
    private static void takeUnnumbered(SolPacket packet, List<SolOutput> outputs) {
        if (packet.has(SolStatus.OVERRUN)) {
            outputs.add(new SolOutput.Gap());
        }
        if (packet.acknowledged() == 0 && packet.data().length() > 0) {
            outputs.add(new SolOutput.Received(packet.data()));
        }
    }

    private void takeData(SolPacket packet, List<SolOutput> outputs) {
        // Characters beyond the largest possible count cannot be acknowledged, so they are not accepted.
        int length = Math.min(packet.data().length(), SolPacket.MAXIMUM_DATA_LENGTH);
        int ahead = lastInbound == 0 ? 1 : SolPacket.distance(lastInbound, packet.sequence());
        int from = 0;
        if (ahead == 0) {
            from = Math.min(lastInboundLength, length);
        } else if (ahead > 1 || packet.has(SolStatus.OVERRUN)) {
            outputs.add(new SolOutput.Gap());
        }
        lastInbound = packet.sequence();
        lastInboundLength = ahead == 0 ? Math.max(lastInboundLength, length) : length;
        if (from < length) {
            outputs.add(new SolOutput.Received(packet.data().slice(from, length)));
        }
        send(SolPacket.acknowledgement(packet.sequence(), length), outputs);
    }

    private void sendNext(long nowNanos, List<SolOutput> outputs) {
        if (ended || outstanding != null || (hold == Hold.PAUSE && nowNanos - heldUntilNanos < 0)) {
            return;
        }
        hold = Hold.NONE;
        Typed first = waiting.peek();
        if (first == null) {
            return;
        }
        sequence = SolPacket.nextSequence(sequence);
        int end = Math.min(first.data.length(), first.taken + dataLength);
        SolPacket packet = SolPacket.ofData(sequence, first.data.slice(first.taken, end));
        transmit(first.isBreak() ? packet.with(SolOperation.BREAK) : packet, nowNanos, nowNanos, outputs);
    }

    private void transmit(SolPacket packet, long firstSentNanos, long nowNanos, List<SolOutput> outputs) {
        outstanding = new Outstanding(
                packet, firstSentNanos, nowNanos + settings.retryInterval().toNanos());
        send(packet, outputs);
    }

    private static void send(SolPacket packet, List<SolOutput> outputs) {
        outputs.add(new SolOutput.Send(packet.encode()));
    }

    private void end(Reason reason, String what, List<SolOutput> outputs) {
        ended = true;
        outstanding = null;
        waiting.clear();
        outputs.add(new SolOutput.Ended(new BmcException(reason, "BMC " + name + ": " + what)));
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }
}
