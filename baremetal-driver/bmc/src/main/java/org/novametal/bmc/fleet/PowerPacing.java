package org.novametal.bmc.fleet;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.PowerAction;

/**
 * The pace of power requests: a minimum interval between two requests to one BMC, and a rate at which the machines of one
 * power group are switched on, because a machine draws most power at that moment.
 *
 * <p>The machines of a group are switched on evenly spaced, in the order of their first request. Machines without a group
 * have no common rate. Never blocks: returns the delay after which the caller must call again. Thread-safe; all state is
 * guarded by this object.
 */
public final class PowerPacing {
    /** A time reserved for switching on that stays unused this long is dropped, because its caller was cancelled. */
    private static final long LOST_AFTER_NANOS = Duration.ofSeconds(5).toNanos();

    private final long commandIntervalNanos;
    private final long spacingNanos;
    private final LongSupplier nanoClock;
    private final Map<BmcAddress, Long> lastCommand = new HashMap<>();
    private final Map<BmcAddress, Long> turns = new HashMap<>();
    private final Map<String, Long> nextTurn = new HashMap<>();

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
     * Asks whether a power request may be sent now.
     *
     * @param bmc the BMC that the request goes to
     * @param group the machine's power group; empty for none, and then only the interval applies
     * @return zero when the request may be sent now, and it counts as sent; otherwise the delay after which to call again
     */
    public synchronized Duration untilTurn(BmcAddress bmc, String group, PowerAction action) {
        long now = nanoClock.getAsLong();
        forgetPast(now);
        Long last = lastCommand.get(bmc);
        long earliest = last == null ? now : Math.max(now, last + commandIntervalNanos);
        long turn = drawsMost(action) && spacingNanos > 0 && !group.isEmpty()
                ? Math.max(earliest, turn(bmc, group, earliest))
                : earliest;
        if (turn > now) {
            return Duration.ofNanos(turn - now);
        }
        lastCommand.put(bmc, now);
        turns.remove(bmc);
        return Duration.ZERO;
    }

    /**
     * Reports that a machine was read in the state that was last requested: its BMC has completed the request, so that the
     * next one need not wait.
     */
    public synchronized void reached(BmcAddress bmc) {
        lastCommand.remove(bmc);
    }

    private long turn(BmcAddress bmc, String group, long earliest) {
        return turns.computeIfAbsent(bmc, _ -> {
            long turn = Math.max(earliest, nextTurn.getOrDefault(group, earliest));
            nextTurn.put(group, turn + spacingNanos);
            return turn;
        });
    }

    private void forgetPast(long now) {
        lastCommand.values().removeIf(at -> at + commandIntervalNanos <= now);
        turns.values().removeIf(at -> at + LOST_AFTER_NANOS < now);
        nextTurn.values().removeIf(at -> at <= now);
    }

    private static boolean drawsMost(PowerAction action) {
        return switch (action) {
            case ON, CYCLE -> true;
            case OFF, RESET, SOFT_OFF, DIAGNOSTIC_INTERRUPT -> false;
        };
    }
}
