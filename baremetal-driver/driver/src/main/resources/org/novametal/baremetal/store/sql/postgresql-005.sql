-- The whole schema, equal to version 5 of SQLite. A statement ends at the line that ends with a semicolon.

CREATE SEQUENCE node_version;

CREATE TABLE nodes (
    uuid               TEXT    NOT NULL PRIMARY KEY,
    name               TEXT    COLLATE "C" NOT NULL UNIQUE,
    bmc_address        TEXT    NOT NULL,
    bmc_username       TEXT    NOT NULL,
    bmc_password       BYTEA   NOT NULL,
    bmc_key            BYTEA,
    bmc_certificate    TEXT,
    bmc_session_policy TEXT,
    bmc_privilege      TEXT,
    power_group        TEXT,
    vcpus              INTEGER NOT NULL,
    memory_mb          INTEGER NOT NULL,
    local_gb           INTEGER NOT NULL,
    cpu_arch           TEXT    NOT NULL,
    resource_class     TEXT,
    traits             TEXT    NOT NULL,
    console_log        TEXT,
    provision_state    TEXT    NOT NULL,
    instance_uuid      TEXT    UNIQUE,
    instance_name      TEXT,
    power_state        TEXT    NOT NULL,
    wanted_power       TEXT    NOT NULL DEFAULT 'unknown',
    power_tries        INTEGER NOT NULL DEFAULT 0,
    maintenance        TEXT,
    last_error         TEXT,
    created_at         TEXT    NOT NULL,
    updated_at         TEXT    NOT NULL,
    version            BIGINT  NOT NULL DEFAULT 0,
    CHECK ((instance_uuid IS NULL) = (instance_name IS NULL))
);

CREATE UNIQUE INDEX nodes_by_bmc_address ON nodes (lower(bmc_address));

CREATE INDEX nodes_by_version ON nodes (version);

CREATE TABLE ports (
    uuid      TEXT    NOT NULL PRIMARY KEY,
    node_uuid TEXT    NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    mac       TEXT    NOT NULL UNIQUE,
    position  INTEGER NOT NULL,
    UNIQUE (node_uuid, position)
);

CREATE TABLE operations (
    sequence      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id            TEXT   NOT NULL UNIQUE,
    node_uuid     TEXT   NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    instance_uuid TEXT,
    kind          TEXT   NOT NULL,
    status        TEXT   NOT NULL,
    input         TEXT   NOT NULL,
    plan          TEXT   NOT NULL,
    position      TEXT,
    secrets       BYTEA,
    memory        TEXT   NOT NULL,
    step_since    TEXT   NOT NULL,
    error_cause   TEXT,
    error_code    TEXT,
    error_message TEXT,
    created_at    TEXT   NOT NULL,
    updated_at    TEXT   NOT NULL,
    CHECK ((error_code IS NULL) = (error_message IS NULL))
);

-- A node has at most one unfinished operation.
CREATE UNIQUE INDEX operations_unfinished ON operations (node_uuid)
    WHERE status IN ('running', 'undoing', 'cancelling');

CREATE INDEX operations_of_instance ON operations (instance_uuid, kind, sequence);

CREATE TABLE agents (
    node_uuid     TEXT  NOT NULL PRIMARY KEY REFERENCES nodes (uuid) ON DELETE CASCADE,
    token         BYTEA NOT NULL,
    callback_url  TEXT,
    certificate   TEXT,
    agent_version TEXT,
    heartbeat_at  TEXT
);

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- A known text, encrypted with the key for all secrets, so that another key is detected at start.
CREATE TABLE key_check (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    sealed BYTEA   NOT NULL
);

CREATE TABLE node_versions (
    id           INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    last_removal BIGINT  NOT NULL
);

INSERT INTO node_versions (id, last_removal) VALUES (1, 0);

CREATE FUNCTION raise_node_version() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.version := nextval(''node_version''); RETURN NEW; END';

CREATE FUNCTION note_node_removal() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN UPDATE node_versions SET last_removal = nextval(''node_version''); RETURN NULL; END';

CREATE TRIGGER nodes_written BEFORE INSERT OR UPDATE ON nodes FOR EACH ROW EXECUTE FUNCTION raise_node_version();

CREATE TRIGGER nodes_deleted AFTER DELETE ON nodes FOR EACH ROW EXECUTE FUNCTION note_node_removal();
