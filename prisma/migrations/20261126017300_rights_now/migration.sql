-- What somebody may do in a workspace at this moment, for whoever keeps something that acts for them later (decision 173): one row while they are a member, or a key that
-- is neither revoked nor expired; else none. Identity's promise to the parts beside it in this database: they ask this, and read none of its tables.
CREATE FUNCTION identity.rights_now(asked_workspace uuid, asked_kind text, asked_id text)
RETURNS TABLE (role text, scopes text[]) LANGUAGE sql STABLE AS $$
    SELECT m.role, NULL::text[] FROM identity.member m
    WHERE asked_kind = 'user' AND m.workspace_id = asked_workspace
        AND m.user_id = CASE WHEN asked_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN asked_id::uuid END
    UNION ALL
    SELECT k.role, k.scopes FROM identity.api_key k
    WHERE asked_kind = 'apiKey' AND k.workspace_id = asked_workspace
        AND k.id = CASE WHEN asked_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN asked_id::uuid END
        AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
$$;

-- Why the last tick of a schedule started nothing, as triggers tell it: one that cannot be run is put aside, and no longer keeps others from theirs.
ALTER TABLE jobs.schedule ADD COLUMN last_error_code text, ADD COLUMN last_error_message text, ADD COLUMN last_error_at timestamptz(3);
