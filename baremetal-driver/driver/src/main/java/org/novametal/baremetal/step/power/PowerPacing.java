package org.novametal.baremetal.step.power;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.bmc.PowerAction;

/**
 * When a power command may be given: not too soon after the node's last one, and no more than so many machines a second
 * switched on in one power group, because all draw most at that moment.
 *
 * <p>Machines of a group are switched on one after the other, evenly spaced, in the order in which they first asked. Nobody
 * waits here; who is told to come later does. Safe for several threads; all state is guarded by this object.
 */
public final class PowerPacing {
    /** A turn that was not taken by then is lost: who had it was cancelled. */
    private static final long LOST_AFTER_NANOS = Duration.ofSeconds(5).toNanos();

    private final long commandIntervalNanos;
    private final long spacingNanos;
    private final LongSupplier nanoClock;
    private final Map<UUID, Long> lastCommand = new HashMap<>();
    private final Map<UUID, Long> turns = new HashMap<>();
    private final Map<String, Long> nextTurn = new HashMap<>();

    /**
     * Makes it.
     *
     * @param commandInterval the least time between two commands to one node; may be zero
     * @param onRate how many machines of one group may be switched on a second; 0: any number
     * @param nanoClock a clock that only goes forward, nanoseconds
     */
    public PowerPacing(Duration commandInterval, int onRate, LongSupplier nanoClock) {
        this.commandIntervalNanos = commandInterval.toNanos();
        this.spacingNanos = onRate == 0 ? 0 : Duration.ofSeconds(1).toNanos() / onRate;
        this.nanoClock = nanoClock;
    }

    /** No pace: every command may be given at once. */
    public static PowerPacing none() {
        return new PowerPacing(Duration.ZERO, 0, () -> 0);
    }

    /**
     * Asks to give a command now.
     *
     * @return zero: it counts as given; else how long to wait before it is asked again
     */
    synchronized Duration untilTurn(NodeRecord node, PowerAction action) {
        long now = nanoClock.getAsLong();
        forgetPast(now);
        Long last = lastCommand.get(node.uuid());
        long earliest = last == null ? now : Math.max(now, last + commandIntervalNanos);
        long turn = drawsMost(action) && spacingNanos > 0 ? Math.max(earliest, turn(node, earliest)) : earliest;
        if (turn > now) {
            return Duration.ofNanos(turn - now);
        }
        lastCommand.put(node.uuid(), now);
        turns.remove(node.uuid());
        return Duration.ZERO;
    }

    private long turn(NodeRecord node, long earliest) {
        return turns.computeIfAbsent(node.uuid(), _ -> {
            String group = node.settings().powerGroup().orElse("");
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
