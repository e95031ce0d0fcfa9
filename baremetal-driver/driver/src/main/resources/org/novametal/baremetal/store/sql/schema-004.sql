-- The plan and the position of an operation by the names of its steps, its input with its type, its secrets, and the
-- cause of its failure. Older programs count steps and would run the wrong ones: this version excludes them.
-- A statement ends at the line that ends with a semicolon.

ALTER TABLE operations RENAME COLUMN spec TO input;

ALTER TABLE operations ADD COLUMN plan TEXT NOT NULL DEFAULT '[]';

ALTER TABLE operations ADD COLUMN position TEXT;

ALTER TABLE operations ADD COLUMN secrets BLOB;

ALTER TABLE operations ADD COLUMN error_cause TEXT;

-- The plans of the programs of schema version 3, frozen: these statements must never be changed when plans change.
UPDATE operations SET plan = '["boot.check-files","boot.mark-console","network.provisioning","deploy.fetch-image",'
    || '"power.off-before","boot.network","power.ramdisk-on","boot.await-ramdisk","deploy.write-image","deploy.sync-disk",'
    || '"power.off-after","network.tenant","boot.disk","power.instance-on"]'
    WHERE kind = 'deploy';

UPDATE operations SET plan = '["power.off","network.tenant-reversed"]'
    WHERE kind = 'delete';

UPDATE operations SET plan = '["boot.check-files","network.provisioning","power.off-before","boot.network",'
    || '"power.ramdisk-on","boot.await-ramdisk","clean.erase-disks","power.off-after","network.provisioning-reversed"]'
    WHERE kind = 'clean';

-- "step" was the index of the running step or, while undoing, of the step to undo next, -1 for none.
UPDATE operations SET position = json_extract(plan, '$[' || step || ']')
    WHERE status = 'running' AND step < json_array_length(plan);

UPDATE operations SET position = json_extract(plan, '$[' || min(step, json_array_length(plan) - 1) || ']')
    WHERE status IN ('undoing', 'cancelling') AND step >= 0;

ALTER TABLE operations DROP COLUMN step;

-- For a machine that was booted once more, the number of finished steps becomes the name of the next step.
UPDATE operations SET memory = json_set(memory, '$."boot.again"', CASE json_extract(memory, '$."boot.again"')
        WHEN '0' THEN 'power.off-again' WHEN '1' THEN 'boot.network' WHEN '2' THEN 'power.on-again' ELSE 'done' END)
    WHERE json_type(memory, '$."boot.again"') IS NOT NULL;

UPDATE operations SET input = CASE
    WHEN input IS NULL THEN '{"type":"nothing"}'
    ELSE json_set(input, '$.type', 'image') END;

UPDATE operations SET error_cause = CASE error_code
        WHEN 'IMAGE_UNACCEPTABLE' THEN 'image'
        WHEN 'VIF_PLUG_FAILED' THEN 'network'
        WHEN 'NODE_INVALID' THEN 'config'
        WHEN 'CANCELLED' THEN 'cancel'
        ELSE 'other' END
    WHERE error_code IS NOT NULL;
