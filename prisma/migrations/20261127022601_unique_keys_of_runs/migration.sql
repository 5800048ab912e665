-- By itself, so that the lock under which the column was added is not held meanwhile.
UPDATE jobs.run r SET unique_key = u.key FROM jobs.unique_key u
WHERE u.until IS NULL AND u.workspace_id = r.workspace_id AND u.run_id = r.id AND r.state NOT IN ('SUCCEEDED', 'SKIPPED');
