-- Files, their versions and folders, uploads under way, links. Read and written by SQL alone, so schema.prisma does not name them.
-- Bytes lie in the object store under `version.object_key` and `upload.object_key`: every object's key is in one of the two before the object is.
CREATE SCHEMA IF NOT EXISTS files;

CREATE TABLE files.folder (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    parent_id uuid,
    name text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    version integer NOT NULL DEFAULT 1,
    created_by text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    CONSTRAINT folder_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT folder_parent_fkey FOREIGN KEY (workspace_id, parent_id) REFERENCES files.folder (workspace_id, id)
);
CREATE INDEX folder_parent_idx ON files.folder (workspace_id, parent_id, name, id);

CREATE TABLE files.file (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    -- No foreign key: a file in the trash may outlive its folder, and goes to the top when it is restored.
    folder_id uuid,
    name text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
    version integer NOT NULL DEFAULT 1,
    version_number integer NOT NULL,
    state text NOT NULL CHECK (state IN ('PENDING', 'AVAILABLE', 'QUARANTINED')),
    scan text NOT NULL CHECK (scan IN ('NOT_SCANNED', 'CLEAN', 'INFECTED')),
    content_type text COLLATE "C" NOT NULL,
    declared_type text,
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    sha256 text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    metadata jsonb NOT NULL DEFAULT '{}',
    created_by text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    trashed_at timestamptz(3),
    CONSTRAINT file_pkey PRIMARY KEY (workspace_id, id)
);
CREATE INDEX file_folder_idx ON files.file (workspace_id, folder_id, id);
CREATE INDEX file_name_idx ON files.file (workspace_id, name, id);
CREATE INDEX file_created_idx ON files.file (workspace_id, created_at, id);
CREATE INDEX file_metadata_idx ON files.file USING gin (metadata jsonb_path_ops);
CREATE INDEX file_trashed_idx ON files.file (trashed_at) WHERE trashed_at IS NOT NULL;

-- A version that was restored shares its object with the one it repeats.
CREATE TABLE files.version (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    file_id uuid NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    object_key text COLLATE "C" NOT NULL,
    state text NOT NULL CHECK (state IN ('PENDING', 'AVAILABLE', 'QUARANTINED')),
    scan text NOT NULL CHECK (scan IN ('NOT_SCANNED', 'CLEAN', 'INFECTED')),
    content_type text NOT NULL,
    declared_type text,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    scan_after timestamptz(3),
    CONSTRAINT version_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT version_number_key UNIQUE (workspace_id, file_id, number),
    CONSTRAINT version_file_fkey FOREIGN KEY (workspace_id, file_id) REFERENCES files.file (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX version_object_idx ON files.version (object_key);
CREATE INDEX version_pending_idx ON files.version (scan_after) WHERE state = 'PENDING';

-- Variants of pictures that were made already, so that they can be bounded and removed with their version.
CREATE TABLE files.variant (
    workspace_id uuid NOT NULL,
    version_id uuid NOT NULL,
    spec text COLLATE "C" NOT NULL,
    object_key text COLLATE "C" NOT NULL,
    CONSTRAINT variant_pkey PRIMARY KEY (workspace_id, version_id, spec),
    CONSTRAINT variant_version_fkey FOREIGN KEY (workspace_id, version_id) REFERENCES files.version (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX variant_object_idx ON files.variant (object_key);

CREATE TABLE files.upload (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('TUS', 'PUT', 'FORM')),
    state text NOT NULL CHECK (state IN ('OPEN', 'WRITING', 'STORED', 'COMPLETED')),
    file_id uuid,
    folder_id uuid,
    name text NOT NULL,
    declared_type text,
    metadata jsonb NOT NULL DEFAULT '{}',
    -- What it will take; null where a form does not say.
    size_bytes bigint CHECK (size_bytes >= 0),
    offset_bytes bigint NOT NULL DEFAULT 0,
    object_key text COLLATE "C" NOT NULL,
    -- The object store's upload in parts, and the parts it has.
    parts_upload jsonb,
    parts jsonb NOT NULL DEFAULT '[]',
    -- Where the bytes after the last whole part wait for more.
    tail_key text COLLATE "C",
    sha256 text,
    completed_file_id uuid,
    created_by text NOT NULL,
    created_by_kind text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    -- Who writes now: by the database's clock, so that replicas agree. Every write names its token.
    lease_token uuid,
    lease_until timestamptz,
    lease_wanted boolean NOT NULL DEFAULT false,
    CONSTRAINT upload_pkey PRIMARY KEY (id)
);
CREATE INDEX upload_workspace_idx ON files.upload (workspace_id) WHERE state <> 'COMPLETED';
CREATE INDEX upload_expires_idx ON files.upload (expires_at);
CREATE INDEX upload_object_idx ON files.upload (object_key);
CREATE INDEX upload_tail_idx ON files.upload (tail_key) WHERE tail_key IS NOT NULL;

CREATE TABLE files.usage (
    workspace_id uuid NOT NULL,
    used_bytes bigint NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
    -- Null: the installation's quota.
    quota_bytes bigint,
    CONSTRAINT usage_pkey PRIMARY KEY (workspace_id)
);

CREATE TABLE files.link (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    file_id uuid NOT NULL,
    version_id uuid NOT NULL,
    version_number integer NOT NULL,
    inline boolean NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    revoked_at timestamptz(3),
    CONSTRAINT link_pkey PRIMARY KEY (workspace_id, id),
    CONSTRAINT link_version_fkey FOREIGN KEY (workspace_id, version_id) REFERENCES files.version (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX link_file_idx ON files.link (workspace_id, file_id, id);
