-- The unique key a run was enqueued with: jobs.unique_key names only the run that holds it now, and one that is driven again asks whether another has it.
ALTER TABLE jobs.run ADD COLUMN unique_key text CHECK (length(unique_key) <= 200);

UPDATE jobs.run r SET unique_key = u.key FROM jobs.unique_key u
WHERE u.workspace_id = r.workspace_id AND u.run_id = r.id AND r.state NOT IN ('SUCCEEDED', 'SKIPPED');
