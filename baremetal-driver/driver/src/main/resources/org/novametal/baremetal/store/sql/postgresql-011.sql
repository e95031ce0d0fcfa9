-- For how long operations were worked on, in milliseconds, independent of the system's clock. Steps remember moments on this
-- scale from this version on, which older programs cannot read: this version excludes them. Equal to version 11 of SQLite.

ALTER TABLE operations ADD COLUMN worked_ms BIGINT NOT NULL DEFAULT 0;

-- The value of worked_ms at which the present step began.
ALTER TABLE operations ADD COLUMN step_begun_ms BIGINT NOT NULL DEFAULT 0;

-- What happened to each node: written with the change itself, the newest entries of a node are kept.
CREATE TABLE node_history (
    sequence  BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_uuid TEXT    NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    at        TEXT    NOT NULL,
    who       TEXT    NOT NULL,
    what      TEXT    NOT NULL,
    was       TEXT    NOT NULL,
    became    TEXT    NOT NULL,
    took_ms   BIGINT,
    error     TEXT
);

CREATE INDEX node_history_of_node ON node_history (node_uuid, sequence);
