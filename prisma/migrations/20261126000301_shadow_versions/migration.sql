-- A version that predicts beside the live one without anybody seeing it, and what both said of the same items.
ALTER TABLE analytics.inference_model ADD COLUMN shadow_version integer;

CREATE TABLE analytics.inference_shadow (
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    live_version integer NOT NULL,
    shadow_version integer NOT NULL,
    id uuid NOT NULL,
    live double precision NOT NULL,
    shadow double precision NOT NULL,
    -- Ids grow with time: the newest of a pair of versions are the end of its range.
    CONSTRAINT inference_shadow_pkey PRIMARY KEY (workspace_id, name, live_version, shadow_version, id)
);
