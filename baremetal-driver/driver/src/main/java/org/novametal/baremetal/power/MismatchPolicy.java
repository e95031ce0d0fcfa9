package org.novametal.baremetal.power;

import org.novametal.baremetal.inventory.MachinePower;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.driver.model.PowerState;

/**
 * What is done about a machine whose power is not what it is to be. Values in, a verdict out.
 *
 * <p>A machine is brought back only where its node is {@code active} or {@code available}, nobody has it in maintenance and
 * something is wanted of it; in every other state the machine is right.
 *
 * @param mismatch whether machines are brought back at all
 * @param tries how often in a row a machine is brought back before it is given up, 1 or more
 */
public record MismatchPolicy(PowerMismatch mismatch, int tries) {
    /** Checks the range. */
    public MismatchPolicy {
        if (tries < 1) {
            throw new IllegalArgumentException("tries are " + tries + "; they must be 1 or more");
        }
    }

    /** What is to be written and done. */
    sealed interface Verdict {
        /** The store says so already. */
        record Agreed() implements Verdict {}

        /** This is recorded, nothing is done. */
        record Follow(PowerState seen, WantedPower wanted) implements Verdict {}

        /** The machine is brought back; the try is counted before. */
        record BringBack(PowerState seen, WantedPower wanted) implements Verdict {}

        /** The machine is right from now on, and somebody has to look at it. */
        record GiveUp(PowerState seen, WantedPower wanted) implements Verdict {}
    }

    /** The verdict on a node whose machine was seen so. */
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

    /** Whether a node is one whose machine is brought back. */
    static boolean isBroughtBack(NodeRecord node) {
        return node.state().keepsPower()
                && node.operation().isEmpty()
                && node.maintenance().isEmpty()
                && MachinePower.chassis(node.power().wanted().state()).isPresent();
    }
}
