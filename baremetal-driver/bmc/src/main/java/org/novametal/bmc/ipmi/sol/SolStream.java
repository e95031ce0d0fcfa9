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

/**
 * The remote console's side of one activated SOL payload, without I/O: what is typed, what the BMC sends, and the passing of
 * time go in, {@link SolOutput}s come out.
 *
 * <p>To the BMC one packet is outstanding at a time. It is sent again under its number until it is acknowledged; of a packet
 * that was taken in part or refused the rest goes out under the next number, after a pause where nothing was taken. From the
 * BMC each packet is acknowledged each time it comes and its characters are given out once: an equal number repeats the last
 * packet (which may have grown meanwhile), any other is new.
 *
 * <p>Fifteen numbers cannot distinguish a late packet from a new one, so the session's do: a packet that was overtaken by a later
 * one of its kind is ignored, as the BMC sends again what matters.
 *
 * <p>Its owner sends what it returns, and calls {@link #tick} at {@link #wakeupNanos}. Times are nanoseconds
 * of one monotonic clock. Not for several threads: its owner's alone.
 *
 * <p>Source: IPMI 2.0 §15.9 and 15.11.
 */
public final class SolStream {
    /** What a BMC takes that names a size too small for a single character. */
    private static final int SMALLEST_USUAL_DATA_LENGTH = 16;

    private final String name;
    private final SolSettings settings;
    private final int dataLength;

    private final Deque<Typed> waiting = new ArrayDeque<>();
    private @Nullable Outstanding outstanding;
    private int sequence;
    private long heldUntilNanos;
    private Hold hold = Hold.NONE;
    private long sentAtNanos;
    private final Newest newestData = new Newest();
    private final Newest newestAcknowledgement = new Newest();
    private int lastInbound;
    private int lastInboundLength;
    private boolean transferUnavailable;
    private boolean ended;

    private enum Hold {
        /** The next packet may go out. */
        NONE,
        /** The BMC took nothing of the last packet: the next one goes out after a pause. */
        PAUSE
    }

    /** What was typed under a number, as far as it is not yet in a packet; a break is typed as no characters. */
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
            boolean isNewer = !any || candidate - number > 0;
            if (isNewer) {
                any = true;
                number = candidate;
            }
            return isNewer;
        }
    }

    private record Outstanding(SolPacket packet, long firstSentNanos, long resendAtNanos) {}

    /**
     * A stream that was activated just now.
     *
     * @param name how messages name the BMC
     * @param settings its times
     * @param largestToBmc the largest payload that the BMC takes, in bytes, its header included
     */
    public SolStream(String name, SolSettings settings, int largestToBmc, long nowNanos) {
        this.name = name;
        this.settings = settings;
        int room = largestToBmc - SolPacket.HEADER_LENGTH;
        this.dataLength = room < 1 ? SMALLEST_USUAL_DATA_LENGTH : Math.min(room, SolPacket.MAXIMUM_DATA_LENGTH);
        this.sentAtNanos = nowNanos;
    }

    /**
     * Types characters after all that was typed before. Ends with {@link SolOutput.Taken}, or with the stream, or by {@link
     * #cancel}.
     *
     * @param number the caller's, another one each time
     * @param data at least one byte
     * @throws IllegalArgumentException where there is nothing to type
     */
    public List<SolOutput> type(long number, Bytes data, long nowNanos) {
        if (data.length() == 0) {
            throw new IllegalArgumentException("BMC " + name + ": no characters to type");
        }
        return enqueue(new Typed(number, data), nowNanos);
    }

    /** Sends a break after all that was typed before; else as {@link #type}. */
    public List<SolOutput> sendBreak(long number, long nowNanos) {
        return enqueue(new Typed(number, Bytes.EMPTY), nowNanos);
    }

    /** Takes back what was typed under a number, as far as it is not on its way yet. */
    public void cancel(long number) {
        Typed first = waiting.peek();
        if (outstanding != null && first != null && first.number == number) {
            int sent = outstanding.packet().data().length();
            waiting.pop();
            if (!first.isBreak()) {
                // What is on its way must be seen through: the BMC counts packets.
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
     * Takes in a payload of type SOL from the session. One that is malformed, repeated or late changes nothing.
     *
     * @param sessionSequence the session sequence number of the packet that it came in
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
            takeData(packet, nowNanos, outputs);
        } else if (packet.sequence() == 0 && packet.has(SolStatus.OVERRUN)) {
            outputs.add(new SolOutput.Gap());
        }
        if (packet.has(SolStatus.DEACTIVATED)) {
            end(Reason.BUSY, "it ended the console; another console may have taken it", outputs);
        } else {
            sendNext(nowNanos, outputs);
        }
        return outputs;
    }

    /** Whether the BMC said last that it cannot transfer characters, because the machine is off or asleep. */
    public boolean isTransferUnavailable() {
        return transferUnavailable;
    }

    /** When {@link #tick} has something to do. */
    public long wakeupNanos() {
        if (ended) {
            return Long.MAX_VALUE;
        }
        long wakeup = sentAtNanos + settings.keepAlive().toNanos();
        Outstanding current = outstanding;
        if (current != null) {
            wakeup = earlier(wakeup, current.resendAtNanos());
        } else if (hold == Hold.PAUSE) {
            wakeup = earlier(wakeup, heldUntilNanos);
        }
        return wakeup;
    }

    /** Does what is due: sends again, goes on after a pause, asks for a sign of life, or ends. */
    public List<SolOutput> tick(long nowNanos) {
        List<SolOutput> outputs = new ArrayList<>();
        if (ended) {
            return outputs;
        }
        Outstanding current = outstanding;
        if (current == null) {
            sendNext(nowNanos, outputs);
        } else if (nowNanos - current.firstSentNanos() >= settings.answerLimit().toNanos()) {
            end(Reason.UNREACHABLE, "it did not acknowledge what was typed within " + settings.answerLimit(), outputs);
        } else if (nowNanos - current.resendAtNanos() >= 0) {
            transmit(current.packet(), current.firstSentNanos(), nowNanos, outputs);
        }
        if (!ended && nowNanos - sentAtNanos >= settings.keepAlive().toNanos()) {
            sentAtNanos = nowNanos;
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
                // The BMC takes back its refusal: it has room again.
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

    private void takeData(SolPacket packet, long nowNanos, List<SolOutput> outputs) {
        // More than the count can express cannot be acknowledged, so it is not accepted.
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
        send(SolPacket.acknowledgement(packet.sequence(), length), nowNanos, outputs);
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
        send(packet, nowNanos, outputs);
    }

    private void send(SolPacket packet, long nowNanos, List<SolOutput> outputs) {
        sentAtNanos = nowNanos;
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
