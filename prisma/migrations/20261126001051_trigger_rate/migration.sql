-- How many runs a trigger may enqueue in a minute of the clock, and how many of its events started none. Read and written in SQL by the jobs
-- subgraph, as the rest of the table.
ALTER TABLE jobs.trigger
    ADD COLUMN runs_per_minute integer NOT NULL DEFAULT 1000 CHECK (runs_per_minute BETWEEN 1 AND 10000),
    ADD COLUMN minute_at timestamptz(3),
    ADD COLUMN minute_runs integer NOT NULL DEFAULT 0,
    ADD COLUMN passed_over bigint NOT NULL DEFAULT 0;
