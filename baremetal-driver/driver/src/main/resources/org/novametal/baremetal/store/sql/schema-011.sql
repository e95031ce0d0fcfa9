-- For how long operations were worked on, in milliseconds, independent of the system's clock. Steps remember moments on this
-- scale from this version on, which older programs cannot read: this version excludes them.

ALTER TABLE operations ADD COLUMN worked_ms INTEGER NOT NULL DEFAULT 0;

-- The value of worked_ms at which the present step began.
ALTER TABLE operations ADD COLUMN step_begun_ms INTEGER NOT NULL DEFAULT 0;
