-- The privilege level of a BMC's user. Older programs ignore the new column, and log in as operator.
-- A statement ends at the line that ends with a semicolon.

ALTER TABLE nodes ADD COLUMN bmc_privilege TEXT;
