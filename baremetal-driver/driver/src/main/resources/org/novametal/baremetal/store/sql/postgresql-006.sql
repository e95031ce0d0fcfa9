-- Equal to version 6 of SQLite.

ALTER TABLE agents ADD COLUMN address TEXT;

ALTER TABLE agents ADD COLUMN deliveries INTEGER NOT NULL DEFAULT 0;

ALTER TABLE agents ADD COLUMN image_secret BYTEA;

ALTER TABLE agents ADD COLUMN intrusion TEXT;
