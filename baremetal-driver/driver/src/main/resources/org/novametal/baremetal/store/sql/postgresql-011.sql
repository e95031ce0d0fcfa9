-- For how long operations were worked on, in milliseconds, independent of the system's clock. Steps remember moments on this
-- scale from this version on, which older programs cannot read: this version excludes them. Equal to version 11 of SQLite.

ALTER TABLE operations ADD COLUMN worked_ms BIGINT NOT NULL DEFAULT 0;

-- The value of worked_ms at which the present step began.
ALTER TABLE operations ADD COLUMN step_begun_ms BIGINT NOT NULL DEFAULT 0;
