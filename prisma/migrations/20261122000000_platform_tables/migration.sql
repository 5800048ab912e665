-- `data` is shared with the data subgraph, which makes the model tables: whoever comes first creates the schema.
CREATE SCHEMA IF NOT EXISTS identity;
CREATE SCHEMA IF NOT EXISTS rest;
CREATE SCHEMA IF NOT EXISTS data;

CREATE TABLE identity."user" (
    id uuid NOT NULL,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254 AND email = lower(email)),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    password_hash text NOT NULL,
    password_changed_at timestamptz(3) NOT NULL,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT user_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX user_email_key ON identity."user" (email);

CREATE TABLE identity.workspace (
    id uuid NOT NULL,
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9](-?[a-z0-9])*$' AND length(slug) BETWEEN 2 AND 48),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT workspace_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX workspace_slug_key ON identity.workspace (slug);

CREATE TABLE identity.member (
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('VIEWER', 'EDITOR', 'ADMIN', 'OWNER')),
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT member_pkey PRIMARY KEY (workspace_id, user_id),
    CONSTRAINT member_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES identity.workspace (id) ON DELETE CASCADE ON UPDATE NO ACTION,
    CONSTRAINT member_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity."user" (id) ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE INDEX member_user_id_idx ON identity.member (user_id);

CREATE TABLE identity.session (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    ended_at timestamptz(3),
    end_reason text,
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_ended_with_reason CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CONSTRAINT session_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity."user" (id) ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE INDEX session_user_id_idx ON identity.session (user_id);

CREATE TABLE identity.refresh_token (
    hash bytea NOT NULL CHECK (length(hash) = 32),
    session_id uuid NOT NULL,
    issued_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    used_at timestamptz(3),
    CONSTRAINT refresh_token_pkey PRIMARY KEY (hash),
    CONSTRAINT refresh_token_session_id_fkey FOREIGN KEY (session_id) REFERENCES identity.session (id) ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE INDEX refresh_token_session_id_idx ON identity.refresh_token (session_id);
-- The law of rotation: one token of a family can be exchanged at any moment.
CREATE UNIQUE INDEX refresh_token_one_unused_a_session ON identity.refresh_token (session_id) WHERE used_at IS NULL;

CREATE TABLE identity.api_key (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    role text NOT NULL CHECK (role IN ('VIEWER', 'EDITOR', 'ADMIN', 'OWNER')),
    scopes text[] NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3),
    revoked_at timestamptz(3),
    CONSTRAINT api_key_pkey PRIMARY KEY (id),
    CONSTRAINT api_key_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES identity.workspace (id) ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE INDEX api_key_workspace_id_id_idx ON identity.api_key (workspace_id, id);

CREATE TABLE identity.signing_key (
    kid uuid NOT NULL,
    version integer NOT NULL,
    state text NOT NULL CHECK (state IN ('next', 'active', 'retired')),
    public_jwk jsonb NOT NULL,
    -- Emptied when the key retires: what no longer signs is not kept.
    sealed_private bytea NOT NULL,
    published_at timestamptz(3) NOT NULL,
    activated_at timestamptz(3),
    retired_at timestamptz(3),
    CONSTRAINT signing_key_pkey PRIMARY KEY (kid),
    CONSTRAINT signing_key_times CHECK ((state = 'next') = (activated_at IS NULL) AND (state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX signing_key_version_key ON identity.signing_key (version);
CREATE UNIQUE INDEX signing_key_one_active ON identity.signing_key (state) WHERE state = 'active';
CREATE UNIQUE INDEX signing_key_one_next ON identity.signing_key (state) WHERE state = 'next';

-- No foreign keys to the workspace: what happened stays true when the workspace is gone.
CREATE TABLE identity.audit_head (
    workspace_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    CONSTRAINT audit_head_pkey PRIMARY KEY (workspace_id)
);

CREATE TABLE identity.audit_entry (
    workspace_id uuid NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    event_id text NOT NULL,
    "time" timestamptz(3) NOT NULL,
    action text NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    subject text NOT NULL,
    details jsonb NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    CONSTRAINT audit_entry_pkey PRIMARY KEY (workspace_id, seq)
);
CREATE UNIQUE INDEX audit_entry_event_id_key ON identity.audit_entry (event_id);
CREATE INDEX audit_entry_subject ON identity.audit_entry (workspace_id, subject, seq DESC);
CREATE INDEX audit_entry_actor ON identity.audit_entry (workspace_id, actor_id, seq DESC);
CREATE INDEX audit_entry_action ON identity.audit_entry (workspace_id, action, seq DESC);

-- Against accidents; whoever may drop the trigger is found by the chain.
CREATE FUNCTION identity.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON identity.audit_entry
    FOR EACH ROW EXECUTE FUNCTION identity.refuse_audit_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON identity.audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION identity.refuse_audit_change();

CREATE TABLE rest.idempotency_key (
    workspace_id uuid NOT NULL,
    principal text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    state text NOT NULL,
    status integer,
    headers jsonb,
    body text,
    created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    expires_at timestamptz(3) NOT NULL,
    CONSTRAINT idempotency_key_pkey PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_key_expires_at_idx ON rest.idempotency_key (expires_at);

CREATE TABLE rest.usage_day (
    principal text NOT NULL,
    route text NOT NULL,
    day date NOT NULL,
    calls bigint NOT NULL DEFAULT 0,
    errors bigint NOT NULL DEFAULT 0,
    CONSTRAINT usage_day_pkey PRIMARY KEY (principal, route, day)
);

CREATE TABLE data.room_update (
    workspace_id uuid NOT NULL,
    room text NOT NULL,
    seq bigint NOT NULL,
    update bytea NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT room_update_pkey PRIMARY KEY (room, seq)
);

CREATE TABLE data.room_state (
    room text NOT NULL,
    workspace_id uuid NOT NULL,
    seq bigint NOT NULL,
    state bytea NOT NULL,
    updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT room_state_pkey PRIMARY KEY (room)
);
