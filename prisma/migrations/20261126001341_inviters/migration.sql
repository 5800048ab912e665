-- Who made an invitation (decision 134): it ends with their right to make it. Null for keys and services, and where nobody knows.
ALTER TABLE identity.invitation ADD COLUMN invited_by uuid;
ALTER TABLE identity.invitation ADD CONSTRAINT invitation_invited_by_fkey
    FOREIGN KEY (invited_by) REFERENCES identity."user" (id) ON DELETE SET NULL ON UPDATE NO ACTION;
CREATE INDEX invitation_invited_by_idx ON identity.invitation (workspace_id, invited_by);

-- Those that wait already: each workspace's own log tells who made them.
UPDATE identity.invitation i SET invited_by = u.id
FROM identity.audit_entry e
JOIN identity."user" u ON u.id::text = e.actor_id
WHERE e.workspace_id = i.workspace_id AND e.action = 'identity.member.invited' AND e.actor_kind = 'user'
  AND e.subject = 'Invitation/' || i.id;
