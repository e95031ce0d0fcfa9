package org.novametal.baremetal.inventory;

import java.util.Objects;
import java.util.Optional;

/**
 * What operators record about a node for themselves and their tools. The driver does not act on it.
 *
 * @param ownership the projects that own and use the node
 * @param location where the machine stands
 * @param shard the name of the part of the inventory that the node belongs to, for programs that each serve one part
 * @param description a text of one or more lines
 * @param extra further data of any content
 */
public record NodeNotes(
        Ownership ownership,
        Location location,
        Optional<String> shard,
        Optional<String> description,
        JsonDocument extra) {
    /** No notes. */
    public static final NodeNotes NONE =
            new NodeNotes(Ownership.NONE, Location.UNKNOWN, Optional.empty(), Optional.empty(), JsonDocument.EMPTY);

    /** Checks that no part is null. */
    public NodeNotes {
        Objects.requireNonNull(ownership, "ownership");
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(shard, "shard");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(extra, "extra");
    }

    /** These notes with another ownership. */
    public NodeNotes withOwnership(Ownership other) {
        return new NodeNotes(other, location, shard, description, extra);
    }

    /** These notes with another location. */
    public NodeNotes withLocation(Location other) {
        return new NodeNotes(ownership, other, shard, description, extra);
    }

    /** These notes with another shard. */
    public NodeNotes withShard(Optional<String> other) {
        return new NodeNotes(ownership, location, other, description, extra);
    }

    /** These notes with another description. */
    public NodeNotes withDescription(Optional<String> other) {
        return new NodeNotes(ownership, location, shard, other, extra);
    }

    /** These notes with other further data. */
    public NodeNotes withExtra(JsonDocument other) {
        return new NodeNotes(ownership, location, shard, description, other);
    }
}
