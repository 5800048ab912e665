-- Who made a workspace, so that how many one person makes has a bound (decision 134). Read and written in SQL by identity, so schema.prisma
-- does not name it. Null where nobody knows.
ALTER TABLE identity.workspace ADD COLUMN founded_by uuid;
ALTER TABLE identity.workspace ADD CONSTRAINT workspace_founded_by_fkey
    FOREIGN KEY (founded_by) REFERENCES identity."user" (id) ON DELETE SET NULL ON UPDATE NO ACTION;
CREATE INDEX workspace_founded_by_idx ON identity.workspace (founded_by);

-- Those that are there already: each workspace's own log tells.
UPDATE identity.workspace w SET founded_by = u.id
FROM identity.audit_entry e
JOIN identity."user" u ON u.id::text = e.actor_id
WHERE e.workspace_id = w.id AND e.action = 'identity.workspace.created' AND e.actor_kind = 'user';
