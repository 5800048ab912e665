-- The registry of ONNX models. Read and written as SQL by the analytics subgraph alone, so it is not in schema.prisma.
CREATE SCHEMA IF NOT EXISTS analytics;

CREATE TABLE analytics.inference_model (
    workspace_id uuid NOT NULL,
    name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{0,62}$'),
    description text,
    -- The number of the newest version; the row's lock hands out the next.
    versions integer NOT NULL,
    live_version integer,
    -- Versions that were live before, the latest last: what a rollback goes back through.
    live_before integer[] NOT NULL DEFAULT '{}',
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT inference_model_pkey PRIMARY KEY (workspace_id, name)
);

CREATE TABLE analytics.inference_version (
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    sha256 text NOT NULL,
    size_bytes integer NOT NULL,
    signature jsonb NOT NULL,
    note text,
    created_at timestamptz(3) NOT NULL,
    file bytea NOT NULL,
    CONSTRAINT inference_version_pkey PRIMARY KEY (workspace_id, name, version),
    -- The same file again is the same version.
    CONSTRAINT inference_version_file UNIQUE (workspace_id, name, sha256),
    CONSTRAINT inference_version_model FOREIGN KEY (workspace_id, name) REFERENCES analytics.inference_model (workspace_id, name)
);
-- Weights do not shrink: compressing them would only cost time.
ALTER TABLE analytics.inference_version ALTER COLUMN file SET STORAGE EXTERNAL;
