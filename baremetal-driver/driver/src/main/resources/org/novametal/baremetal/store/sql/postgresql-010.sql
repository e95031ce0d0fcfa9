-- What is marked at a node: who began its maintenance, the fault that the driver found, why it is retired or protected.
-- From this version on nodes have states, and operations kinds and inputs, that older programs cannot read, and older
-- programs would give a faulty or retired node to an instance: this version excludes them.

ALTER TABLE nodes ADD COLUMN maintenance_by TEXT;

ALTER TABLE nodes ADD COLUMN fault TEXT;

ALTER TABLE nodes ADD COLUMN retired TEXT;

ALTER TABLE nodes ADD COLUMN protection TEXT;
