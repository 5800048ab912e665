-- Whether there is such a workspace, for parts that keep something about a workspace that is not the caller's. Identity's promise to the parts beside it in this
-- database, as identity.rights_now (decision 173): they ask this, and read none of its tables.
CREATE FUNCTION identity.has_workspace(asked uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM identity.workspace WHERE id = asked)
$$;
