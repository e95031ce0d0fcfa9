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
 * Sends the requests of one client to its BMC. A request needs, in this order, the BMC's address, the turn among all clients
 * of that BMC, and a slot of the engine's {@link SendWindow}. What has to wait is kept here; the client learns that it may go
 * on by the callback for the address, {@link EngineClient#turnCame} and {@link EngineClient#slotCame}. Owned by the engine's
 * thread.
 */
final class WayOut {
    private enum Stake {
        NONE,
        WAITING,
        HELD
    }

    /** What is known of the BMC: one that keeps silent gets slots for probes. */
    private enum Standing {
        /** Nothing: it was not asked yet. */
        NEW,
        /** It answered what it was asked last, or was not given up yet. */
        LIVING,
        /** It did not. */
        SILENT
    }

    private final IpmiEngine engine;
    private final EngineClient client;
    private final Consumer<Optional<InetAddress>> lookedUp;
    private final String host;
    private final int port;

    private boolean isLookingUp;
    private @Nullable Attachment attachment;
    private Stake turn = Stake.NONE;
    private Stake slot = Stake.NONE;
    private boolean isProbe;
    /** A call waits behind the request under way. */
    private boolean isHurried;

    private long slotUntilNanos;
    private Standing standing = Standing.NEW;
    /** Something was sent, and no answer has come since. */
    private boolean isAwaiting;

    private long askedAtNanos;
    private long sentAtNanos;
    /** What is sent when the slot comes. */
    private @Nullable List<Bytes> held;

    /**
     * Makes the way.
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

    /** Whether the BMC's address is known now; where it is not, its name is looked up. */
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
                lookedUp.accept(found);
            });
        });
    }

    boolean isLookingUp() {
        return isLookingUp;
    }

    /** Whether the address is that of a name, and may be another one later. */
    boolean isByName() {
        return HostNames.literal(host).isEmpty();
    }

    /** Learns the BMC's address. */
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

    /** Takes what a request needs to be sent now; false where it has to wait. The address must be known. */
    boolean take(Exchange<?> asked, long now) {
        return takeTurn(asked) && takeSlot(asked, now);
    }

    private boolean takeTurn(Exchange<?> asked) {
        Attachment present = attachment;
        if (turn == Stake.NONE && present != null) {
            turn = present.remote().enter(client) ? Stake.HELD : Stake.WAITING;
        }
        // A session is closed without waiting for others that ask a BMC which may be dead.
        return turn == Stake.HELD || asked.kind() == Kind.CLOSE;
    }

    private boolean takeSlot(Exchange<?> asked, long now) {
        if (asked.isStarted() && standing == Standing.NEW) {
            // Asked again without ever having answered: it needs another slot, that of a probe.
            leaveSlot();
            standing = Standing.SILENT;
        }
        if (slot == Stake.WAITING && isProbe && !mayProbe(asked)) {
            leaveProbes();
        }
        if (slot == Stake.NONE) {
            enterWindow(asked);
            slotUntilNanos = now + engine.window().holdNanos();
        }
        if (slot == Stake.HELD && held != null) {
            var _ = slotCame(now);
        }
        return slot == Stake.HELD;
    }

    /** A call waits behind the request under way: that is no probe any more. */
    void hurry(Exchange<?> asked, long now) {
        isHurried = true;
        if (slot == Stake.WAITING && isProbe) {
            var _ = takeSlot(asked, now);
        }
    }

    /** A call does not wait behind polls of the dead. */
    private boolean mayProbe(Exchange<?> asked) {
        return standing == Standing.SILENT && asked.kind() == Kind.POLL && !isHurried;
    }

    private void leaveProbes() {
        engine.window().giveUpProbe(client);
        slot = Stake.NONE;
    }

    private void enterWindow(Exchange<?> asked) {
        SendWindow<EngineClient> window = engine.window();
        isProbe = mayProbe(asked);
        boolean isIn = isProbe
                ? window.enterToProbe(client)
                : asked.isStarted() ? window.enterAhead(client) : window.enter(client);
        slot = isIn ? Stake.HELD : Stake.WAITING;
    }

    /** The turn, waited for, has come; false where that is no longer so. */
    boolean turnCame() {
        Attachment present = attachment;
        if (present == null || !present.remote().isAskedBy(client)) {
            return false;
        }
        turn = Stake.HELD;
        return true;
    }

    /** The slot, waited for, has come; false where nothing was held for it. */
    boolean slotCame(long now) {
        slot = Stake.HELD;
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

    /** Sends what belongs to a request, or keeps it for when there is a slot. */
    void send(Exchange<?> asked, Bytes datagram, long now) {
        if (slot == Stake.NONE) {
            enterWindow(asked);
        }
        if (slot == Stake.HELD) {
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

    /** Sends what waits for no slot. */
    void sendAhead(Bytes datagram, long now) {
        sentNow(now);
        transmit(datagram);
    }

    /** Sends what is no request. */
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

    /** The BMC answered. */
    void heard(long now) {
        standing = Standing.LIVING;
        if (isAwaiting) {
            isAwaiting = false;
            engine.window().answeredAfter(now - askedAtNanos);
        }
        if (isProbe && slot == Stake.HELD) {
            leaveSlot();
        } else if (isProbe && slot == Stake.WAITING) {
            leaveProbes();
            // What was to be sent again is answered.
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
            standing = Standing.SILENT;
        }
        return hadTime;
    }

    /** The request has ended, or pauses: returns turn and slot. */
    void leave() {
        isAwaiting = false;
        isHurried = false;
        leaveTurn();
        leaveSlot();
    }

    void leaveTurn() {
        Attachment present = attachment;
        if (turn != Stake.NONE && present != null) {
            turn = Stake.NONE;
            engine.turnTo(present.remote().leave(client));
        }
    }

    void leaveSlot() {
        if (slot == Stake.HELD) {
            slot = Stake.NONE;
            if (isProbe) {
                engine.window().leaveProbe();
            } else {
                engine.window().leave();
            }
        }
    }

    /** Sends nothing of what is held for a slot. */
    void dropHeld() {
        held = null;
    }

    /** Gives up a slot whose answer is late. */
    void expire(long now) {
        if (slot == Stake.HELD && now - slotUntilNanos >= 0) {
            leaveSlot();
            if (standing == Standing.NEW) {
                standing = Standing.SILENT;
            }
        }
    }

    boolean isWaiting() {
        return turn == Stake.WAITING || slot == Stake.WAITING;
    }

    /** When {@link #expire} has something to do; {@link Long#MAX_VALUE} for never. */
    long expiryNanos() {
        return slot == Stake.HELD ? slotUntilNanos : Long.MAX_VALUE;
    }

    /** When something may be sent again that is to be at a time: not before the answer to what was sent is late. */
    long notBeforeLate(long wakeupNanos, long deadlineNanos) {
        long late = sentAtNanos + engine.window().holdNanos();
        if (!isAwaiting || late - wakeupNanos <= 0) {
            return wakeupNanos;
        }
        return late - deadlineNanos < 0 ? late : deadlineNanos;
    }
}
