-- Jobs: read and written in SQL by @tributary/job-queue and the jobs subgraph, so these tables have no models in schema.prisma.
CREATE SCHEMA IF NOT EXISTS jobs;

-- One row an execution. Every statement names the workspace, so one key serves look-ups, lists (ids grow with time) and tenants.
-- Finished runs are in no index but the key: what claims read stays as small as the work at hand.
CREATE TABLE jobs.run (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    job text NOT NULL CHECK (length(job) BETWEEN 1 AND 100),
    queue text NOT NULL CHECK (length(queue) BETWEEN 1 AND 100),
    state text NOT NULL CHECK (state IN ('WAITING', 'DELAYED', 'HELD', 'QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED')),
    priority smallint NOT NULL DEFAULT 0,
    run_at timestamptz(3) NOT NULL,
    -- What limits per key count by; '' for none.
    key text NOT NULL DEFAULT '' CHECK (length(key) <= 200),
    -- Its queue has limits: such runs are claimed queue by queue.
    limited boolean NOT NULL DEFAULT false,
    input jsonb NOT NULL,
    output jsonb,
    attempt integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL CHECK (max_attempts BETWEEN 1 AND 100),
    backoff_ms integer NOT NULL,
    backoff_max_ms integer NOT NULL,
    time_limit_ms integer NOT NULL CHECK (time_limit_ms BETWEEN 1 AND 14400000),
    lease_token integer NOT NULL DEFAULT 0,
    lease_until timestamptz(3),
    runner text,
    cancel_requested boolean NOT NULL DEFAULT false,
    error_code text,
    error_message text,
    progress_done double precision NOT NULL DEFAULT 0,
    progress_total double precision,
    progress_message text,
    checkpoint jsonb,
    log_lines integer NOT NULL DEFAULT 0,
    -- The run that enqueued it, and how far down it is.
    parent_id uuid,
    depth smallint NOT NULL DEFAULT 0,
    children integer NOT NULL DEFAULT 0,
    has_dependents boolean NOT NULL DEFAULT false,
    replay_of uuid,
    -- What enqueued it: `api`, `run`, `schedule:<id>`, `trigger:<id>`, `hook:<id>`.
    origin text NOT NULL,
    -- With whose rights it acts.
    principal jsonb NOT NULL,
    created_at timestamptz(3) NOT NULL,
    started_at timestamptz(3),
    finished_at timestamptz(3),
    CONSTRAINT run_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT run_lease CHECK ((state = 'RUNNING') = (lease_until IS NOT NULL)),
    CONSTRAINT run_finished CHECK ((state IN ('SUCCEEDED', 'FAILED', 'CANCELLED', 'SKIPPED')) = (finished_at IS NOT NULL))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1);

CREATE INDEX run_ready ON jobs.run (priority DESC, run_at, id) WHERE state = 'QUEUED' AND NOT limited;
CREATE INDEX run_ready_limited ON jobs.run (workspace_id, queue, key, priority DESC, run_at, id) WHERE state = 'QUEUED' AND limited;
CREATE INDEX run_due ON jobs.run (run_at) WHERE state = 'DELAYED';
-- Leases are not in it, so that heartbeats, progress and checkpoints stay heap-only updates.
CREATE INDEX run_active ON jobs.run (workspace_id, queue, state, key) WHERE state IN ('WAITING', 'DELAYED', 'HELD', 'QUEUED', 'RUNNING');
CREATE INDEX run_leased ON jobs.run (started_at) WHERE state = 'RUNNING';
CREATE INDEX run_dead ON jobs.run (workspace_id, id) WHERE state = 'FAILED';
-- For forgetting: block ranges of rows made long ago; as a summarising index it leaves updates heap-only.
CREATE INDEX run_age ON jobs.run USING brin (created_at);
CREATE INDEX run_parent ON jobs.run (workspace_id, parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE jobs.dependency (
    workspace_id uuid NOT NULL,
    run_id uuid NOT NULL,
    depends_on uuid NOT NULL,
    condition text NOT NULL CHECK (condition IN ('SUCCESS', 'FAILURE', 'FINISH')),
    CONSTRAINT dependency_pkey PRIMARY KEY (workspace_id, run_id, depends_on)
);
CREATE INDEX dependency_depends_on ON jobs.dependency (workspace_id, depends_on);

-- `until` null: for as long as the run is not finished.
CREATE TABLE jobs.unique_key (
    workspace_id uuid NOT NULL,
    job text NOT NULL,
    key text NOT NULL CHECK (length(key) <= 200),
    run_id uuid NOT NULL,
    until timestamptz(3),
    CONSTRAINT unique_key_pkey PRIMARY KEY (workspace_id, job, key)
);
CREATE INDEX unique_key_run ON jobs.unique_key (workspace_id, run_id);

-- A queue without a row runs without limits.
CREATE TABLE jobs.queue (
    workspace_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    state text NOT NULL CHECK (state IN ('RUNNING', 'PAUSED', 'DRAINING')),
    concurrency integer CHECK (concurrency > 0),
    key_concurrency integer CHECK (key_concurrency > 0),
    rate_limit integer CHECK (rate_limit BETWEEN 1 AND 10000),
    key_rate_limit integer CHECK (key_rate_limit BETWEEN 1 AND 10000),
    rate_period_ms integer NOT NULL DEFAULT 60000 CHECK (rate_period_ms BETWEEN 1 AND 86400000),
    limited boolean NOT NULL GENERATED ALWAYS AS
        (concurrency IS NOT NULL OR key_concurrency IS NOT NULL OR rate_limit IS NOT NULL OR key_rate_limit IS NOT NULL) STORED,
    -- Until then runs are looked for that do not fit the queue's state yet.
    sweep_until timestamptz(3) NOT NULL,
    CONSTRAINT queue_pkey PRIMARY KEY (workspace_id, name)
);

-- Starts in queues with a rate, for an exact sliding window.
CREATE TABLE jobs.start (
    workspace_id uuid NOT NULL,
    queue text NOT NULL,
    key text NOT NULL,
    at timestamptz(3) NOT NULL
);
CREATE INDEX start_recent ON jobs.start (workspace_id, queue, at);

CREATE TABLE jobs.run_log (
    workspace_id uuid NOT NULL,
    run_id uuid NOT NULL,
    seq integer NOT NULL,
    at timestamptz(3) NOT NULL,
    level text NOT NULL CHECK (level IN ('DEBUG', 'INFO', 'WARN', 'ERROR')),
    message text NOT NULL,
    fields jsonb NOT NULL,
    CONSTRAINT run_log_pkey PRIMARY KEY (workspace_id, run_id, seq)
);

CREATE TABLE jobs.schedule (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    job text NOT NULL,
    cron text NOT NULL,
    time_zone text NOT NULL,
    missed text NOT NULL CHECK (missed IN ('SKIP', 'ONCE', 'CATCH_UP')),
    request jsonb NOT NULL,
    enabled boolean NOT NULL,
    next_at timestamptz(3),
    last_at timestamptz(3),
    principal jsonb NOT NULL,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT schedule_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT schedule_name_key UNIQUE (workspace_id, name)
);
CREATE INDEX schedule_due ON jobs.schedule (next_at) WHERE enabled;

CREATE TABLE jobs.trigger (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    job text NOT NULL,
    topic text NOT NULL,
    types text[] NOT NULL,
    filter jsonb,
    request jsonb NOT NULL,
    enabled boolean NOT NULL,
    principal jsonb NOT NULL,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT trigger_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT trigger_name_key UNIQUE (workspace_id, name)
);
CREATE INDEX trigger_topic ON jobs.trigger (workspace_id, topic) WHERE enabled;

CREATE TABLE jobs.hook (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    job text NOT NULL,
    request jsonb NOT NULL,
    sealed_secret bytea NOT NULL,
    enabled boolean NOT NULL,
    principal jsonb NOT NULL,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT hook_pkey PRIMARY KEY (id)
);
CREATE INDEX hook_workspace ON jobs.hook (workspace_id, id);

-- Consumers of the log write here in the transaction of their effect: an event takes effect once.
CREATE TABLE jobs.inbox (
    consumer text NOT NULL,
    event_id text NOT NULL,
    at timestamptz(3) NOT NULL DEFAULT now(),
    CONSTRAINT inbox_pkey PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_at ON jobs.inbox (at);
