-- Equal to version 8 of SQLite.

CREATE TABLE hosts (
    name         TEXT    NOT NULL PRIMARY KEY,
    boot_id      TEXT    NOT NULL,
    pid          BIGINT  NOT NULL,
    started_at   TEXT    NOT NULL,
    heartbeat_at TEXT    NOT NULL
);

CREATE INDEX operations_requested ON operations (sequence) WHERE status = 'requested';

CREATE INDEX operations_of_node ON operations (node_uuid, sequence);
