-- The first schema: nodes, their ports, operations, the deploy ramdisks, settings.
-- A statement ends at the line that ends with a semicolon.

CREATE TABLE nodes (
    uuid            TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL UNIQUE,
    bmc_address     TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    bmc_username    TEXT    NOT NULL,
    bmc_password    BLOB    NOT NULL,
    vcpus           INTEGER NOT NULL,
    memory_mb       INTEGER NOT NULL,
    local_gb        INTEGER NOT NULL,
    cpu_arch        TEXT    NOT NULL,
    resource_class  TEXT,
    traits          TEXT    NOT NULL,
    console_log     TEXT,
    provision_state TEXT    NOT NULL,
    instance_uuid   TEXT    UNIQUE,
    instance_name   TEXT,
    power_state     TEXT    NOT NULL,
    maintenance     TEXT,
    last_error      TEXT,
    created_at      TEXT    NOT NULL,
    updated_at      TEXT    NOT NULL,
    CHECK ((instance_uuid IS NULL) = (instance_name IS NULL))
) STRICT;

CREATE TABLE ports (
    uuid      TEXT    NOT NULL PRIMARY KEY,
    node_uuid TEXT    NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    mac       TEXT    NOT NULL UNIQUE,
    position  INTEGER NOT NULL,
    UNIQUE (node_uuid, position)
) STRICT;

CREATE TABLE operations (
    sequence      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id            TEXT    NOT NULL UNIQUE,
    node_uuid     TEXT    NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    instance_uuid TEXT,
    kind          TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    step          INTEGER NOT NULL,
    spec          TEXT,
    memory        TEXT    NOT NULL,
    step_since    TEXT    NOT NULL,
    error_code    TEXT,
    error_message TEXT,
    created_at    TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL,
    CHECK ((error_code IS NULL) = (error_message IS NULL))
) STRICT;

-- A node has at most one unfinished operation.
CREATE UNIQUE INDEX operations_unfinished ON operations (node_uuid)
    WHERE status IN ('running', 'undoing', 'cancelling');

CREATE INDEX operations_of_instance ON operations (instance_uuid, kind, sequence);

CREATE TABLE agents (
    node_uuid     TEXT NOT NULL PRIMARY KEY REFERENCES nodes (uuid) ON DELETE CASCADE,
    token         BLOB NOT NULL,
    callback_url  TEXT,
    certificate   TEXT,
    agent_version TEXT,
    heartbeat_at  TEXT
) STRICT;

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- A known text, encrypted with the key for all secrets, so that another key is detected at start.
CREATE TABLE key_check (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    sealed BLOB    NOT NULL
) STRICT;
