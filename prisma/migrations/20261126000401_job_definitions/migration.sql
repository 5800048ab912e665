-- What runners can run: they write it when they start, whoever enqueues reads it. Jobs are the installation's, not a workspace's.
CREATE TABLE jobs.definition (
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    description text NOT NULL,
    queue text NOT NULL,
    input_schema jsonb NOT NULL,
    max_attempts integer NOT NULL,
    backoff_ms integer NOT NULL,
    backoff_max_ms integer NOT NULL,
    time_limit_ms integer NOT NULL,
    registered_at timestamptz(3) NOT NULL DEFAULT now(),
    CONSTRAINT definition_pkey PRIMARY KEY (name)
);
