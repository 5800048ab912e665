/** One row for each principal of $1, in order; nulls for who has no rights. Identity says what they are (`identity.rights_now`). */
export const rightsNowSql = `
SELECT r.role, r.scopes
FROM json_to_recordset($1::json) AS k(n integer, "workspaceId" uuid, kind text, id text)
LEFT JOIN LATERAL identity.rights_now(k."workspaceId", k.kind, k.id) r ON true
ORDER BY k.n`;
