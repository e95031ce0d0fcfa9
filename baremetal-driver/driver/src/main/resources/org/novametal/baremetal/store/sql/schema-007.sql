-- The boot mode of a node (bios, uefi; absent: that of its BMC), and how TLS with its BMC may agree on its keys (rsa-allowed;
-- absent: with forward secrecy only). Older programs ignore the columns.

ALTER TABLE nodes ADD COLUMN boot_mode TEXT;

ALTER TABLE nodes ADD COLUMN bmc_key_exchange TEXT;
