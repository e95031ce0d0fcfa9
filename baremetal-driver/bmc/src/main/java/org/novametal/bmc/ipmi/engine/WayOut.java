package org.novametal.bmc.ipmi.engine;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.engine.Exchange.Kind;

/**
 * Sends the requests of one client to its BMC. A request needs, in this order, the BMC's address, the turn among all
 * clients of that BMC, and a slot of the engine's {@link SendWindow}. Datagrams that have to wait are kept here; the
 * callback for the address, {@link EngineClient#turnCame} and {@link EngineClient#slotCame} notify the client when it may
 * continue. Owned by the engine's thread.
 */
final class WayOut {
    private enum Claim {
        NONE,
        WAITING,
        HELD
    }

    /** Whether the BMC answers: a silent BMC gets slots for probes only. */
    private enum Liveness {
        /** Unknown: no request was sent to it yet. */
        NEW,
        /** It answered the last request, or has not missed its time to answer yet. */
        ALIVE,
        /** It did not answer in time. */
        SILENT
    }

    private final IpmiEngine engine;
    private final EngineClient client;
    private final Consumer<Optional<InetAddress>> lookedUp;
    private final String host;
    private final int port;

    private boolean isLookingUp;
    /** The last address at which the BMC answered; used when its name does not resolve any more. */
    private @Nullable InetAddress lastGood;

    private @Nullable Attachment attachment;
    private Claim turn = Claim.NONE;
    private Claim slot = Claim.NONE;
    private boolean isProbe;
    /** Whether a call waits behind the request under way. */
    private boolean isHurried;

    private long slotUntilNanos;
    private Liveness liveness = Liveness.NEW;
    /** Whether a request was sent and no answer has arrived since. */
    private boolean isAwaiting;

    private long askedAtNanos;
    private long sentAtNanos;
    /** Datagrams to send when the client gets a slot. */
    private @Nullable List<Bytes> held;

    /**
     * Creates the sender for one client.
     *
     * @param lookedUp gets the address of the host, if it has one, on the engine's thread
     */
    WayOut(IpmiEngine engine, EngineClient client, String host, int port, Consumer<Optional<InetAddress>> lookedUp) {
        this.engine = engine;
        this.client = client;
        this.lookedUp = lookedUp;
        this.host = host;
        this.port = port;
    }

    /** Returns whether the BMC's address is known; if not, starts a look-up of its name. */
    boolean findAddress() {
        if (attachment == null && !isLookingUp) {
            HostNames.literal(host).ifPresentOrElse(this::attach, this::lookUp);
        }
        return attachment != null;
    }

    private void lookUp() {
        isLookingUp = true;
        engine.names().resolve(host, found -> {
            var _ = engine.post(() -> {
                isLookingUp = false;
                lookedUp.accept(found.or(() -> Optional.ofNullable(lastGood)));
            });
        });
    }

    boolean isLookingUp() {
        return isLookingUp;
    }

    /** Whether the address comes from a host name, and so may change. */
    boolean isByName() {
        return HostNames.literal(host).isEmpty();
    }

    /** Sets the BMC's address. */
    void attach(InetAddress address) {
        attachment = engine.attach(client, new InetSocketAddress(address, port));
    }

    /** Forgets the address. */
    void detach() {
        leaveTurn();
        Attachment last = attachment;
        attachment = null;
        if (last != null) {
            engine.detach(last);
        }
    }

    boolean hasAddress() {
        return attachment != null;
    }

    /**
     * The number by which the engine finds the client of a packet.
     *
     * @throws IllegalStateException while the BMC's address is not known
     */
    int number() {
        Attachment present = attachment;
        if (present == null) {
            throw new IllegalStateException("a session is opened before the address of " + host + " is known");
        }
        return present.number();
    }

    /** Takes the turn and a slot for a request; false where it has to wait. The address must be known. */
    boolean take(Exchange<?> asked, long now) {
        return takeTurn(asked) && takeSlot(asked, now);
    }

    private boolean takeTurn(Exchange<?> asked) {
        Attachment present = attachment;
        if (turn == Claim.NONE && present != null) {
            turn = present.remote().enter(client) ? Claim.HELD : Claim.WAITING;
        }
        // Close Session does not wait for other clients' requests, because the BMC may be dead.
        return turn == Claim.HELD || asked.kind() == Kind.CLOSE;
    }

    private boolean takeSlot(Exchange<?> asked, long now) {
        if (asked.isStarted() && liveness == Liveness.NEW) {
            // A retransmission to a BMC that has never answered needs a slot for probes instead.
            leaveSlot();
            liveness = Liveness.SILENT;
        }
        if (slot == Claim.WAITING && isProbe && !mayProbe(asked)) {
            leaveProbes();
        }
        if (slot == Claim.NONE) {
            enterWindow(asked);
            slotUntilNanos = now + engine.window().holdNanos();
        }
        if (slot == Claim.HELD && held != null) {
            var _ = slotCame(now);
        }
        return slot == Claim.HELD;
    }

    /** Notes that a call waits behind the request under way, which is therefore no longer a probe. */
    void hurry(Exchange<?> asked, long now) {
        isHurried = true;
        if (slot == Claim.WAITING && isProbe) {
            var _ = takeSlot(asked, now);
        }
    }

    /** Whether the request uses a slot for probes; a call does not, so that it does not wait behind polls of dead BMCs. */
    private boolean mayProbe(Exchange<?> asked) {
        return liveness == Liveness.SILENT && asked.kind() == Kind.POLL && !isHurried;
    }

    private void leaveProbes() {
        engine.window().giveUpProbe(client);
        slot = Claim.NONE;
    }

    private void enterWindow(Exchange<?> asked) {
        SendWindow<EngineClient> window = engine.window();
        isProbe = mayProbe(asked);
        boolean isIn = isProbe
                ? window.enterToProbe(client)
                : asked.isStarted() ? window.enterAhead(client) : window.enter(client);
        slot = isIn ? Claim.HELD : Claim.WAITING;
    }

    /** Takes the turn that the client waited for; false where the client no longer has it. */
    boolean turnCame() {
        Attachment present = attachment;
        if (present == null || !present.remote().hasTurn(client)) {
            return false;
        }
        turn = Claim.HELD;
        return true;
    }

    /** Takes the slot that the client waited for and sends the held datagrams; false where none were held. */
    boolean slotCame(long now) {
        slot = Claim.HELD;
        slotUntilNanos = now + engine.window().holdNanos();
        List<Bytes> late = held;
        held = null;
        if (late == null || attachment == null) {
            return false;
        }
        sentNow(now);
        late.forEach(this::transmit);
        return true;
    }

    /** Sends a datagram of a request, or holds it until there is a slot. */
    void send(Exchange<?> asked, Bytes datagram, long now) {
        if (slot == Claim.NONE) {
            enterWindow(asked);
        }
        if (slot == Claim.HELD) {
            slotUntilNanos = now + engine.window().holdNanos();
            sendAhead(datagram, now);
            return;
        }
        List<Bytes> late = held;
        if (late == null) {
            late = new ArrayList<>(1);
            held = late;
        }
        late.add(datagram);
    }

    /** Sends a datagram of a request without waiting for a slot. */
    void sendAhead(Bytes datagram, long now) {
        sentNow(now);
        transmit(datagram);
    }

    /** Sends a datagram that is not a request. */
    void transmit(Bytes datagram) {
        Attachment present = attachment;
        if (present != null) {
            engine.transmit(present.address(), datagram);
        }
    }

    private void sentNow(long now) {
        sentAtNanos = now;
        if (!isAwaiting) {
            isAwaiting = true;
            askedAtNanos = now;
        }
    }

    /** Records that the BMC answered. */
    void answered(long now) {
        liveness = Liveness.ALIVE;
        Attachment present = attachment;
        if (present != null) {
            lastGood = present.address().getAddress();
        }
        if (isAwaiting) {
            isAwaiting = false;
            engine.window().answeredAfter(now - askedAtNanos);
        }
        if (isProbe && slot == Claim.HELD) {
            leaveSlot();
        } else if (isProbe && slot == Claim.WAITING) {
            leaveProbes();
            // The held retransmissions are obsolete.
            held = null;
        }
    }

    /**
     * Notes that a request ended without an answer; returns whether the BMC had enough time to answer and did not.
     */
    boolean keptSilent(long waitNanos, long now) {
        boolean hadTime = isAwaiting
                && now - askedAtNanos >= Math.max(waitNanos, engine.window().holdNanos());
        if (hadTime) {
            liveness = Liveness.SILENT;
        }
        return hadTime;
    }

    /** Returns turn and slot when the request has ended or pauses. */
    void leave() {
        isAwaiting = false;
        isHurried = false;
        leaveTurn();
        leaveSlot();
    }

    void leaveTurn() {
        Attachment present = attachment;
        if (turn != Claim.NONE && present != null) {
            turn = Claim.NONE;
            engine.turnTo(present.remote().leave(client));
        }
    }

    void leaveSlot() {
        if (slot == Claim.HELD) {
            slot = Claim.NONE;
            if (isProbe) {
                engine.window().leaveProbe();
            } else {
                engine.window().leave();
            }
        }
    }

    /** Drops the datagrams held for a slot. */
    void dropHeld() {
        held = null;
    }

    /** Returns a slot whose answer is late. */
    void expire(long now) {
        if (slot == Claim.HELD && now - slotUntilNanos >= 0) {
            leaveSlot();
            if (liveness == Liveness.NEW) {
                liveness = Liveness.SILENT;
            }
        }
    }

    boolean isWaiting() {
        return turn == Claim.WAITING || slot == Claim.WAITING;
    }

    /** When {@link #expire} must be called next; {@link Long#MAX_VALUE} for never. */
    long expiryNanos() {
        return slot == Claim.HELD ? slotUntilNanos : Long.MAX_VALUE;
    }

    /**
     * When a retransmission planned for {@code wakeupNanos} may be sent: not before the answer to the last datagram is
     * late, and not after the deadline.
     */
    long notBeforeLate(long wakeupNanos, long deadlineNanos) {
        long late = sentAtNanos + engine.window().holdNanos();
        if (!isAwaiting || late - wakeupNanos <= 0) {
            return wakeupNanos;
        }
        return late - deadlineNanos < 0 ? late : deadlineNanos;
    }
}
