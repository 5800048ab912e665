-- The unique key a run was enqueued with for as long as it is not finished: jobs.unique_key names only the run that holds it now, and one that is driven again
-- asks whether another has it. How long it may be is checked there: a check here would read all runs while nobody else may.
ALTER TABLE jobs.run ADD COLUMN unique_key text;
