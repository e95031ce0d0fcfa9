package org.novametal.scheduler.claim;

/** The result of a request to claim a node. */
public sealed interface ClaimResult {
    /**
     * The node is claimed for the instance.
     *
     * @param claim the claim
     */
    record Granted(Claim claim) implements ClaimResult {}

    /**
     * The node is claimed for another instance. Another node may be free.
     *
     * @param claim the other instance's claim
     */
    record Taken(Claim claim) implements ClaimResult {}

    /**
     * The reading is out of date: a claim on this node ended, or the instance's own claim changed, after the reading
     * began. The nodes must be read again.
     */
    record Outdated() implements ClaimResult {}
}
