-- The data keys of a workspace's files, wrapped by the key provider. Removing a workspace's rows makes its bytes unreadable wherever they are.
CREATE TABLE files.data_key (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    wrapping_key_id text NOT NULL,
    wrapped text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT data_key_pkey PRIMARY KEY (workspace_id, id)
);
