-- What operators record about nodes and ports, groups of ports, and hardware documents. Older programs ignore the new columns
-- and tables.

ALTER TABLE nodes ADD COLUMN capabilities TEXT NOT NULL DEFAULT '{}';

ALTER TABLE nodes ADD COLUMN root_device TEXT NOT NULL DEFAULT '{}';

ALTER TABLE nodes ADD COLUMN secure_boot TEXT;

ALTER TABLE nodes ADD COLUMN owner TEXT;

ALTER TABLE nodes ADD COLUMN lessee TEXT;

ALTER TABLE nodes ADD COLUMN shard TEXT;

ALTER TABLE nodes ADD COLUMN rack TEXT;

ALTER TABLE nodes ADD COLUMN rack_position TEXT;

ALTER TABLE nodes ADD COLUMN description TEXT;

ALTER TABLE nodes ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';

ALTER TABLE ports ADD COLUMN name TEXT;

ALTER TABLE ports ADD COLUMN pxe_enabled INTEGER NOT NULL DEFAULT 1;

ALTER TABLE ports ADD COLUMN physical_network TEXT;

ALTER TABLE ports ADD COLUMN vlan_id INTEGER;

ALTER TABLE ports ADD COLUMN link_switch_id TEXT;

ALTER TABLE ports ADD COLUMN link_port_id TEXT;

ALTER TABLE ports ADD COLUMN link_switch_info TEXT;

-- The name of a port group of the same node.
ALTER TABLE ports ADD COLUMN group_name TEXT;

CREATE TABLE port_groups (
    uuid             TEXT    NOT NULL PRIMARY KEY,
    node_uuid        TEXT    NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    name             TEXT    NOT NULL,
    position         INTEGER NOT NULL,
    mac              TEXT    UNIQUE,
    mode             TEXT    NOT NULL,
    properties       TEXT    NOT NULL,
    standalone_ports INTEGER NOT NULL,
    UNIQUE (node_uuid, name)
) STRICT;

CREATE TABLE node_documents (
    node_uuid  TEXT NOT NULL REFERENCES nodes (uuid) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    document   TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (node_uuid, name)
) STRICT;
