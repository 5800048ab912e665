-- Who was a member of a workspace once, so that its audit log goes on naming them (decision 134). Read and written in SQL by identity, so
-- schema.prisma does not name it. Who comes back stays in it: the membership counts before it.
CREATE TABLE identity.past_member (
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT past_member_pkey PRIMARY KEY (workspace_id, user_id),
    CONSTRAINT past_member_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES identity.workspace (id) ON DELETE CASCADE ON UPDATE NO ACTION,
    CONSTRAINT past_member_user_id_fkey FOREIGN KEY (user_id) REFERENCES identity."user" (id) ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE INDEX past_member_user_id_idx ON identity.past_member (user_id);

-- Those who left before this: each workspace's own log tells.
INSERT INTO identity.past_member (workspace_id, user_id)
SELECT DISTINCT w.id, u.id
FROM identity.audit_entry e
JOIN identity.workspace w ON w.id = e.workspace_id
JOIN identity."user" u ON u.id::text = e.details ->> 'userId'
WHERE e.action = 'identity.member.removed';
