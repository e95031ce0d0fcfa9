-- The compute hosts that work on the inventory, and indexes for the operations that were requested and have not
-- begun, and for those of a node. Older programs ignore them.

CREATE TABLE hosts (
    name         TEXT    NOT NULL PRIMARY KEY,
    boot_id      TEXT    NOT NULL,
    pid          INTEGER NOT NULL,
    started_at   TEXT    NOT NULL,
    heartbeat_at TEXT    NOT NULL
) STRICT;

CREATE INDEX operations_requested ON operations (sequence) WHERE status = 'requested';

CREATE INDEX operations_of_node ON operations (node_uuid, sequence);
