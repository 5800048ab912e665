import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import { isRole, type Principal, refusalOf } from '@tributary/subgraph-kit';
import type { UploadRecord } from '../domain/upload.ts';

/** SQL: whoever made a link still has rights in its workspace. */
export const makerHasRights = `(l.created_by_kind IS NULL OR l.created_by_kind = 'service'
  OR EXISTS (SELECT FROM identity.rights_now(l.workspace_id, l.created_by_kind, l.created_by)))`;

/**
 * Bytes may take hours to come, and become a file with the rights that whoever began has at its end. In the transaction that makes it.
 * @throws CodedError FORBIDDEN
 */
export async function requireMaker(
  tx: Sql,
  { workspaceId, createdBy: id, createdByKind: kind }: UploadRecord,
): Promise<void> {
  if (kind === 'service') return;
  const { rows } = await tx.query<Pick<Principal, 'role' | 'scopes'>>(
    'SELECT role, scopes FROM identity.rights_now($1, $2, $3)',
    [workspaceId, kind, id],
    'files-rights-of-maker',
  );
  const [held] = rows;
  if (held === undefined)
    throw new CodedError('FORBIDDEN', 'Whoever began this upload has no rights in the workspace any more.');
  const known = { kind: kind === 'apiKey' ? ('apiKey' as const) : ('user' as const), id, workspaceId };
  const principal: Principal = { ...known, ...held, role: isRole(held.role) ? held.role : null };
  const refusal = refusalOf(principal, { to: ['EDITOR'], scope: 'files:write' });
  if (refusal !== undefined) throw refusal;
}
