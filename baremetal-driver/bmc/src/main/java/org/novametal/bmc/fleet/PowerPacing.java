package org.novametal.bmc.fleet;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.PowerAction;

/**
 * The pace of power requests: a minimum interval between two requests to one BMC, and a rate at which the machines of one
 * power group are switched on, because a machine draws most power at that moment.
 *
 * <p>The machines of a group are switched on evenly spaced, in the order of their first request; those of work that has begun
 * go before those of new work. Machines without a group have no common rate. Never blocks: returns the delay after which the
 * caller must call again; a machine whose caller does not call is passed over. Thread-safe; all state is guarded by this
 * object.
 */
public final class PowerPacing {
    /** A machine whose caller stays away this long after its turn was cancelled, and loses its place. */
    private static final long LOST_AFTER_NANOS = Duration.ofSeconds(5).toNanos();

    /** Which machines of a group are switched on before others. */
    public enum Precedence {
        /** Machines that work has switched on before, so that it can end; and those of instances. */
        BEGUN,
        /** Machines that are switched on for the first time by new work. */
        NEW
    }

    /** A machine that waits to be switched on; its promise is when its caller is to call again. */
    private static final class Waiting {
        private final Precedence precedence;
        private final long earliest;
        private long promise;

        Waiting(Precedence precedence, long earliest) {
            this.precedence = precedence;
            this.earliest = earliest;
            this.promise = earliest;
        }
    }

    /** The machines of a group that wait, in the order of their first request, and when the next may be switched on. */
    private static final class Group {
        private final Map<BmcAddress, Waiting> waiting = new LinkedHashMap<>();
        private long next;

        Group(long now) {
            next = now;
        }
    }

    private final long commandIntervalNanos;
    private final long spacingNanos;
    private final LongSupplier nanoClock;
    private final Map<BmcAddress, Long> lastCommand = new HashMap<>();
    private final Map<String, Group> groups = new HashMap<>();

    /**
     * Creates a pace.
     *
     * @param commandInterval the minimum interval between two requests to one BMC, as long as the machine has not reached the
     *     state of the first; zero for none
     * @param onRate how many machines of one group may be switched on per second; 0 for no limit
     * @param nanoClock monotonic nanoseconds
     */
    public PowerPacing(Duration commandInterval, int onRate, LongSupplier nanoClock) {
        this.commandIntervalNanos = commandInterval.toNanos();
        this.spacingNanos = onRate == 0 ? 0 : Duration.ofSeconds(1).toNanos() / onRate;
        this.nanoClock = nanoClock;
    }

    /** No pace: every request may be sent at once. */
    public static PowerPacing none() {
        return new PowerPacing(Duration.ZERO, 0, () -> 0);
    }

    /**
     * As {@link #untilTurn(BmcAddress, String, PowerAction, Precedence)}, for new work.
     */
    public Duration untilTurn(BmcAddress bmc, String group, PowerAction action) {
        return untilTurn(bmc, group, action, Precedence.NEW);
    }

    /**
     * Asks whether a power request may be sent now.
     *
     * @param bmc the BMC that the request goes to
     * @param group the machine's power group; empty for none, and then only the interval applies
     * @param precedence which machines of the group this one goes before
     * @return zero when the request may be sent now, and it counts as sent; otherwise the delay after which to call again
     */
    public synchronized Duration untilTurn(BmcAddress bmc, String group, PowerAction action, Precedence precedence) {
        long now = nanoClock.getAsLong();
        forgetPast(now);
        Long last = lastCommand.get(bmc);
        long earliest = last == null ? now : Math.max(now, last + commandIntervalNanos);
        long turn = drawsMost(action) && spacingNanos > 0 && !group.isEmpty()
                ? turn(groups.computeIfAbsent(group, _ -> new Group(now)), bmc, precedence, earliest, now)
                : earliest;
        if (turn > now) {
            return Duration.ofNanos(turn - now);
        }
        lastCommand.put(bmc, now);
        return Duration.ZERO;
    }

    /**
     * Reports that a machine was read in the state that was last requested: its BMC has completed the request, so that the
     * next one need not wait.
     */
    public synchronized void reached(BmcAddress bmc) {
        lastCommand.remove(bmc);
    }

    /** When the machine may be switched on, as the group is now; at {@code now}, it is taken off the group's queue. */
    private long turn(Group group, BmcAddress bmc, Precedence precedence, long earliest, long now) {
        Waiting own = group.waiting.computeIfAbsent(bmc, _ -> new Waiting(precedence, earliest));
        int ahead = 0;
        boolean behind = false;
        for (Waiting other : group.waiting.values()) {
            behind |= other == own;
            boolean goesBefore =
                    other.precedence == own.precedence ? !behind : other.precedence.compareTo(own.precedence) < 0;
            boolean isLate = other.promise + spacingNanos <= now;
            if (other != own && goesBefore && !isLate && other.earliest <= Math.max(earliest, group.next)) {
                ahead++;
            }
        }
        own.promise = Math.max(earliest, group.next + ahead * spacingNanos);
        if (own.promise <= now && ahead == 0) {
            group.waiting.remove(bmc);
            group.next = now + spacingNanos;
            return now;
        }
        return own.promise;
    }

    private void forgetPast(long now) {
        lastCommand.values().removeIf(at -> at + commandIntervalNanos <= now);
        groups.values().removeIf(group -> {
            group.waiting.values().removeIf(waiting -> waiting.promise + LOST_AFTER_NANOS < now);
            group.next = Math.max(group.next, now);
            return group.waiting.isEmpty() && group.next <= now;
        });
    }

    private static boolean drawsMost(PowerAction action) {
        return switch (action) {
            case ON, CYCLE -> true;
            case OFF, RESET, SOFT_OFF, DIAGNOSTIC_INTERRUPT -> false;
        };
    }
}
