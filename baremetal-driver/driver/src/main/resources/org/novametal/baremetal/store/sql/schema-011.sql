-- For how long operations were worked on, in milliseconds, independent of the system's clock. Steps remember moments on this
-- scale from this version on, which older programs cannot read: this version excludes them.

ALTER TABLE operations ADD COLUMN worked_ms INTEGER NOT NULL DEFAULT 0;

-- The value of worked_ms at which the present step began.
ALTER TABLE operations ADD COLUMN step_begun_ms INTEGER NOT NULL DEFAULT 0;

-- What happened to each node: written with the change itself, the newest entries of a node are kept.
CREATE TABLE node_history (
    sequence  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    node_uuid TEXT    NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    at        TEXT    NOT NULL,
    who       TEXT    NOT NULL,
    what      TEXT    NOT NULL,
    was       TEXT    NOT NULL,
    became    TEXT    NOT NULL,
    took_ms   INTEGER,
    error     TEXT
) STRICT;

CREATE INDEX node_history_of_node ON node_history (node_uuid, sequence);
