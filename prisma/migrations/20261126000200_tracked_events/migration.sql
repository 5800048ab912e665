-- What applications tell of their users. Read and written as SQL by the analytics subgraph alone, so it is not in schema.prisma.
CREATE SCHEMA IF NOT EXISTS analytics;

CREATE TABLE analytics.event (
    workspace_id uuid NOT NULL,
    -- Made from the client's own id where it gave one: sent again, it is the same row.
    event_id uuid NOT NULL,
    name text NOT NULL,
    subject text NOT NULL,
    "time" timestamptz(3) NOT NULL,
    received_at timestamptz(3) NOT NULL,
    properties jsonb NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (workspace_id, event_id)
);
CREATE INDEX event_name_time ON analytics.event (workspace_id, name, "time");
CREATE INDEX event_subject_time ON analytics.event (workspace_id, subject, "time");
-- What is too old is found by age, over all workspaces.
CREATE INDEX event_time ON analytics.event USING brin ("time");
