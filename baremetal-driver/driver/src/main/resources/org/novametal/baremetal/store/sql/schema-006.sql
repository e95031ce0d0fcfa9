-- Where a node's boot script was delivered, how often, the secret part of its image's URL, and what somebody else did with
-- the node's agent token. Older programs ignore the new columns.

ALTER TABLE agents ADD COLUMN address TEXT;

ALTER TABLE agents ADD COLUMN deliveries INTEGER NOT NULL DEFAULT 0;

ALTER TABLE agents ADD COLUMN image_secret BLOB;

ALTER TABLE agents ADD COLUMN intrusion TEXT;
