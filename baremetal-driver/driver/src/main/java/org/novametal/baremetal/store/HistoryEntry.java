package org.novametal.baremetal.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One change of a node, in the node's history.
 *
 * @param at when it was stored, by the clock of the process that stored it
 * @param who who asked for the operation that changed it; for a change that no request caused, the compute host, or the user
 *     and the machine, as {@code user@machine}, whose process changed it
 * @param what what changed: the kind of an operation; an operation and its step, as {@code deploy: power.off}; {@code power},
 *     {@code wanted power}, {@code maintenance}, {@code fault}, {@code retired}, {@code protected}, {@code instance}, {@code
 *     state} or {@code node}
 * @param from the value before; empty for none
 * @param to the value after; empty for none
 * @param took how long the step or the operation was worked on, to the millisecond; empty where that has no meaning
 * @param error why it failed; empty if it did not fail
 */
public record HistoryEntry(
        Instant at, String who, String what, String from, String to, Optional<Duration> took, Optional<String> error) {}
