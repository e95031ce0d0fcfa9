-- What is marked at a node: who began its maintenance, the fault that the driver found, why it is retired or protected.
-- Older programs ignore the columns: they may give a faulty or retired node to an instance.

ALTER TABLE nodes ADD COLUMN maintenance_by TEXT;

ALTER TABLE nodes ADD COLUMN fault TEXT;

ALTER TABLE nodes ADD COLUMN retired TEXT;

ALTER TABLE nodes ADD COLUMN protection TEXT;
