-- What makes an upload that is made again meet the file of the first: a key its maker chose. Read and written by SQL alone, as all of `files`.
ALTER TABLE files.upload ADD COLUMN idempotency_key text COLLATE "C" CHECK (length(idempotency_key) BETWEEN 1 AND 400);

-- A key lives as long as the file it made.
CREATE TABLE files.upload_key (
    workspace_id uuid NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    file_id uuid NOT NULL,
    CONSTRAINT upload_key_pkey PRIMARY KEY (workspace_id, created_by, key),
    CONSTRAINT upload_key_file_fkey FOREIGN KEY (workspace_id, file_id) REFERENCES files.file (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX upload_key_file_idx ON files.upload_key (workspace_id, file_id);
