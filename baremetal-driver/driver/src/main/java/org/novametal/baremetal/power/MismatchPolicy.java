package org.novametal.baremetal.power;

import org.novametal.baremetal.inventory.MachinePower;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.driver.model.PowerState;

/**
 * Decides what to do about a machine whose power differs from the wanted power. Has no side effects.
 *
 * <p>A machine is switched back only if its node is {@code active} or {@code available}, is not in maintenance and has a wanted
 * power; otherwise its present power is recorded as the wanted power.
 *
 * @param mismatch whether machines are switched back at all
 * @param tries how often in a row a machine is switched back before its node is put into maintenance, 1 or more
 */
public record MismatchPolicy(PowerMismatch mismatch, int tries) {
    /** Checks that the number of tries is 1 or more. */
    public MismatchPolicy {
        if (tries < 1) {
            throw new IllegalArgumentException("the number of tries is " + tries + "; it must be 1 or more");
        }
    }

    /** A decision: what to store and what to do. */
    sealed interface Verdict {
        /** The store has this power already; nothing is to be done. */
        record Agreed() implements Verdict {}

        /** The power is recorded; the machine is not switched. */
        record Follow(PowerState seen, WantedPower wanted) implements Verdict {}

        /** The try is counted, then the machine is switched back. */
        record BringBack(PowerState seen, WantedPower wanted) implements Verdict {}

        /**
         * The machine's present power is recorded as the wanted power, and its node is put into maintenance for an operator.
         */
        record GiveUp(PowerState seen, WantedPower wanted) implements Verdict {}
    }

    /** Decides what to do about a node whose machine has the given power. */
    Verdict judge(NodeRecord node, PowerState seen) {
        WantedPower wanted = node.power().wanted();
        if (seen == PowerState.NOSTATE) {
            return followed(node, seen, wanted);
        }
        if (seen == wanted.state() || mismatch == PowerMismatch.FOLLOW || !isBroughtBack(node)) {
            return followed(node, seen, WantedPower.of(seen));
        }
        return wanted.tries() < tries
                ? new Verdict.BringBack(seen, new WantedPower(wanted.state(), wanted.tries() + 1))
                : new Verdict.GiveUp(seen, WantedPower.of(seen));
    }

    private static Verdict followed(NodeRecord node, PowerState seen, WantedPower wanted) {
        return node.power().seen() == seen && node.power().wanted().equals(wanted)
                ? new Verdict.Agreed()
                : new Verdict.Follow(seen, wanted);
    }

    /** Whether the machine of a node may be switched back. */
    static boolean isBroughtBack(NodeRecord node) {
        return node.state().keepsPower()
                && node.operation().isEmpty()
                && node.maintenance().isEmpty()
                && MachinePower.chassis(node.power().wanted().state()).isPresent();
    }
}
