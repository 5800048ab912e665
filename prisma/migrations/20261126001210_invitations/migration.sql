-- Who was asked to become a member and has not come yet (decision 121). Read and written in SQL by identity, so schema.prisma does not name it.
-- Whoever is in identity.member before this is a member as before.
CREATE TABLE identity.invitation (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    -- As it was typed: what the workspace knows of the person until they come.
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    role text NOT NULL CHECK (role IN ('VIEWER', 'EDITOR', 'ADMIN', 'OWNER')),
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT invitation_pkey PRIMARY KEY (id),
    CONSTRAINT invitation_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES identity.workspace (id) ON DELETE CASCADE ON UPDATE NO ACTION,
    CONSTRAINT invitation_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity."user" (id) ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE UNIQUE INDEX invitation_one_a_person ON identity.invitation (workspace_id, user_id);
CREATE INDEX invitation_list_idx ON identity.invitation (workspace_id, id);
CREATE INDEX invitation_user_id_idx ON identity.invitation (user_id, id);
