-- What a variant takes, so that the workspace's usage has it and gets it back. Those made before this count as nothing: they were never in the usage.
-- Read and written by SQL alone, as all of `files`.
ALTER TABLE files.variant ADD COLUMN size_bytes bigint NOT NULL DEFAULT 0 CHECK (size_bytes >= 0);
