-- A version of each node that every write by any program raises, and a counter of removals. Older programs ignore the
-- new column; the triggers count their writes too.
-- A statement ends at the line that ends with a semicolon, a trigger at the line END;

ALTER TABLE nodes ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

CREATE TABLE node_versions (
    id           INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    newest       INTEGER NOT NULL,
    last_removal INTEGER NOT NULL
) STRICT;

INSERT INTO node_versions (id, newest, last_removal) VALUES (1, 1, 0);

UPDATE nodes SET version = 1;

CREATE INDEX nodes_by_version ON nodes (version);

CREATE TRIGGER nodes_inserted AFTER INSERT ON nodes BEGIN
    UPDATE node_versions SET newest = newest + 1;
    UPDATE nodes SET version = (SELECT newest FROM node_versions) WHERE uuid = NEW.uuid;
END;

CREATE TRIGGER nodes_updated AFTER UPDATE ON nodes WHEN NEW.version = OLD.version BEGIN
    UPDATE node_versions SET newest = newest + 1;
    UPDATE nodes SET version = (SELECT newest FROM node_versions) WHERE uuid = NEW.uuid;
END;

CREATE TRIGGER nodes_deleted AFTER DELETE ON nodes BEGIN
    UPDATE node_versions SET newest = newest + 1, last_removal = newest + 1;
END;
