package org.novametal.scheduler.claim;

/** What became of the wish to claim a node. */
public sealed interface ClaimResult {
    /**
     * The node is promised to the instance.
     *
     * @param claim the promise
     */
    record Granted(Claim claim) implements ClaimResult {}

    /**
     * The node is promised to another instance. Another node may do.
     *
     * @param claim that promise
     */
    record Taken(Claim claim) implements ClaimResult {}

    /**
     * What the wish was founded on is out of date: a claim on this node ended, or the instance's own claim changed, after the
     * reading began. The nodes must be read again.
     */
    record Outdated() implements ClaimResult {}
}
