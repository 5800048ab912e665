-- How far the cancel of a large family has come: it is passed on from run to run, a part at a time, and goes on after a crash.
CREATE TABLE jobs.cancel_reach (
    workspace_id uuid NOT NULL,
    -- The run that was cancelled by somebody, in whose name all of it is told: on the row of that run itself.
    root_id uuid NOT NULL,
    actor jsonb,
    begun_at timestamptz(3),
    -- A run that the cancel has reached and that others are below.
    run_id uuid NOT NULL,
    -- Up to which of those right below it all are cancelled; once it is passed, all of them.
    after uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    passed boolean NOT NULL DEFAULT false,
    CONSTRAINT cancel_reach_pkey PRIMARY KEY (workspace_id, root_id, run_id),
    CONSTRAINT cancel_reach_root CHECK ((root_id = run_id) = (actor IS NOT NULL) AND (actor IS NULL) = (begun_at IS NULL))
);
CREATE INDEX cancel_reach_begun ON jobs.cancel_reach (begun_at) WHERE actor IS NOT NULL;
CREATE INDEX cancel_reach_frontier ON jobs.cancel_reach (workspace_id, root_id, run_id) WHERE NOT passed;
CREATE INDEX cancel_reach_run ON jobs.cancel_reach (workspace_id, run_id);
