-- The wanted power of a node, and the settings of its BMC. Older programs ignore the new columns.
-- A statement ends at the line that ends with a semicolon.

ALTER TABLE nodes ADD COLUMN wanted_power TEXT NOT NULL DEFAULT 'unknown';

ALTER TABLE nodes ADD COLUMN power_tries INTEGER NOT NULL DEFAULT 0;

ALTER TABLE nodes ADD COLUMN bmc_key BLOB;

ALTER TABLE nodes ADD COLUMN bmc_certificate TEXT;

ALTER TABLE nodes ADD COLUMN bmc_session_policy TEXT;

ALTER TABLE nodes ADD COLUMN power_group TEXT;

-- A node without an unfinished operation gets its last read power as the wanted one.
UPDATE nodes SET wanted_power = power_state
    WHERE NOT EXISTS (SELECT 1 FROM operations WHERE node_uuid = nodes.uuid
        AND status IN ('running', 'undoing', 'cancelling'));
