-- Inbound webhooks: read and written in SQL by the jobs subgraph, so they have no models in schema.prisma.
CREATE TABLE jobs.hook (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    job text NOT NULL,
    request jsonb NOT NULL,
    enabled boolean NOT NULL,
    principal jsonb NOT NULL,
    last_called_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    -- A sender shows no workspace, only the id.
    CONSTRAINT hook_pkey PRIMARY KEY (id),
    CONSTRAINT hook_name_key UNIQUE (workspace_id, name)
);
CREATE INDEX hook_workspace ON jobs.hook (workspace_id, id);

-- What signs calls, wrapped by the key provider for its hook. The one without an end is the newest.
CREATE TABLE jobs.hook_secret (
    hook_id uuid NOT NULL REFERENCES jobs.hook (id) ON DELETE CASCADE,
    id uuid NOT NULL,
    wrapping_key_id text NOT NULL,
    wrapped text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3),
    CONSTRAINT hook_secret_pkey PRIMARY KEY (hook_id, id)
);
