-- Triggers: read and written in SQL by the jobs subgraph, so they have no model in schema.prisma.
CREATE TABLE jobs.trigger (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    job text NOT NULL,
    topic text NOT NULL,
    types text[] NOT NULL,
    -- '' for every subject; with a * at its end, all that begin so.
    subject text NOT NULL,
    conditions jsonb NOT NULL,
    request jsonb NOT NULL,
    enabled boolean NOT NULL,
    principal jsonb NOT NULL,
    fired bigint NOT NULL DEFAULT 0,
    last_fired_at timestamptz(3),
    last_error_code text,
    last_error_message text,
    last_error_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT trigger_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT trigger_name_key UNIQUE (workspace_id, name)
);
CREATE INDEX trigger_topic ON jobs.trigger (topic, workspace_id) WHERE enabled;

-- How many triggers stand between a run and whoever began: what it causes is one further.
ALTER TABLE jobs.run ADD COLUMN trigger_depth smallint NOT NULL DEFAULT 0;
