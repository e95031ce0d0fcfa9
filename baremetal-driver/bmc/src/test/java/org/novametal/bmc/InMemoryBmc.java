package org.novametal.bmc;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.novametal.bmc.BmcException.Reason;

/** A BMC and its machine in memory. The machine obeys at once, or as its {@link Manner} says. */
public final class InMemoryBmc implements Bmc, PowerPolling {
    /** How the machine's power is read in a sweep. */
    public enum Reading {
        /** By {@link PowerPolling}. */
        POLLED,
        /** By {@link Bmc#readPower} alone. */
        ASKED
    }

    /** How the machine reacts to a request. */
    public enum Manner {
        /** It performs the request. */
        OBEYS,
        /** It accepts a request and does nothing. */
        IGNORES,
        /** It accepts a request for a soft off and does nothing; it performs all other requests. */
        IGNORES_SOFT_OFF,
        /** It does not support a soft off; it performs all other requests. */
        REFUSES_SOFT_OFF
    }

    private final BmcAddress address;
    private final Reading reading;
    private final List<PowerAction> requests = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<ChassisPower>> openPolls = new CopyOnWriteArrayList<>();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile ChassisPower power = ChassisPower.OFF;
    private volatile Manner manner = Manner.OBEYS;
    private volatile Optional<Reason> failure = Optional.empty();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean closed;

    public InMemoryBmc(String address, Reading reading) {
        this.address = BmcAddress.parse(address);
        this.reading = reading;
    }

    @Override
    public BmcAddress address() {
        return address;
    }

    /** Switches the machine directly, without a request. */
    public void put(ChassisPower now) {
        power = now;
    }

    public ChassisPower power() {
        return power;
    }

    public void manner(Manner now) {
        manner = now;
    }

    /** Makes every read fail from now on. */
    public void fail(Reason reason) {
        failure = Optional.of(reason);
    }

    public void recover() {
        failure = Optional.empty();
    }

    /** Delays the answer to every read until {@link #answer}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void answer() {
        gate.countDown();
        openPolls.forEach(poll -> poll.complete(power));
    }

    public List<PowerAction> requests() {
        return List.copyOf(requests);
    }

    public int reads() {
        return reads.get();
    }

    public List<CompletableFuture<ChassisPower>> openPolls() {
        return List.copyOf(openPolls);
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public ChassisPower readPower() throws InterruptedException {
        reads.incrementAndGet();
        gate.await();
        requireAnswer();
        return power;
    }

    @Override
    public CompletableFuture<ChassisPower> pollPower(Duration limit) {
        reads.incrementAndGet();
        if (gate.getCount() > 0) {
            CompletableFuture<ChassisPower> poll = new CompletableFuture<>();
            openPolls.add(poll);
            return poll;
        }
        try {
            requireAnswer();
            return CompletableFuture.completedFuture(power);
        } catch (BmcException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void requireAnswer() {
        if (closed) {
            throw new BmcException(Reason.CLOSED, "BMC " + address + " is closed");
        }
        failure.ifPresent(reason -> {
            throw new BmcException(reason, "BMC " + address + " fails on demand: " + reason);
        });
    }

    @Override
    public void requestPower(PowerAction action) {
        requireAnswer();
        if (manner == Manner.REFUSES_SOFT_OFF && action == PowerAction.SOFT_OFF) {
            throw new BmcException(Reason.UNSUPPORTED, "BMC " + address + ": it does not support " + action);
        }
        requests.add(action);
        boolean obeyed = switch (manner) {
            case OBEYS, REFUSES_SOFT_OFF -> true;
            case IGNORES -> false;
            case IGNORES_SOFT_OFF -> action != PowerAction.SOFT_OFF;
        };
        if (obeyed) {
            power = switch (action) {
                case ON, CYCLE, RESET -> ChassisPower.ON;
                case OFF, SOFT_OFF -> ChassisPower.OFF;
                case DIAGNOSTIC_INTERRUPT -> power;
            };
        }
    }

    @Override
    public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
        return reading == Reading.POLLED && type == PowerPolling.class
                ? Optional.of(type.cast(this))
                : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
    }
}
