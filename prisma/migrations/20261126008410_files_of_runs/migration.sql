-- The files of a run, for Run.files. Read by SQL alone, as all of `files`.
CREATE INDEX version_run_idx ON files.version (workspace_id, run_id) WHERE run_id IS NOT NULL;
