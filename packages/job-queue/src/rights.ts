import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
// By parts: the process of each run loads this package, and needs nothing of what serves a subgraph.
import { isRole } from '@tributary/subgraph-kit/roles';
import { refusalOf } from '@tributary/subgraph-kit/verdict';
import type { RunPrincipal } from './run.ts';
import { rightsNowSql } from './sql/rights.ts';

/** Somebody who was kept, in a run or in what starts runs, and is acted for later. */
export interface KeptPrincipal {
  readonly workspaceId: string;
  readonly principal: RunPrincipal;
}

/**
 * The same principals with the rights they have at this moment, in order; undefined for who has none left: no member any more, a key that was
 * revoked or has expired. What is kept of a principal says who it is, and its rights are looked up wherever it acts, so it does not matter when
 * they were taken away, nor what had been written with a credential that was outdated by then.
 * @throws CodedError ENGINE_UNAVAILABLE: nobody acts with rights that could not be looked up
 */
export async function principalsNow(
  sql: Sql,
  kept: readonly KeptPrincipal[],
): Promise<readonly (RunPrincipal | undefined)[]> {
  if (kept.length === 0) return [];
  const asked = kept.map(({ workspaceId, principal: { kind, id } }, n) => ({ n, workspaceId, kind, id }));
  const { rows } = await sql.query<Pick<RunPrincipal, 'role' | 'scopes'>>(
    rightsNowSql,
    [JSON.stringify(asked)],
    'jobs_rights_now',
  );
  return kept.map(({ principal }, n) => {
    // Processes of the installation prove themselves with its key, and are no members.
    if (principal.kind === 'service') return principal;
    const { role, scopes } = rows[n] ?? { role: null, scopes: null };
    return role === null ? undefined : { ...principal, role, scopes };
  });
}

/** The same for one. */
export async function principalNow(sql: Sql, kept: KeptPrincipal): Promise<RunPrincipal | undefined> {
  return (await principalsNow(sql, [kept]))[0];
}

/** As the permissions of the schema know whoever was kept. */
export function asPrincipal({
  workspaceId,
  principal: { kind, id, role, scopes },
}: KeptPrincipal): Principal {
  const known = kind === 'user' || kind === 'apiKey' || kind === 'service';
  // What is stored was written by us; a kind that is none gets the rights of nobody.
  return { kind: known ? kind : 'anonymous', id, workspaceId, role: isRole(role) ? role : null, scopes };
}

/**
 * Whoever made something that starts runs, with the rights they have now. In the transaction of the start.
 * @throws CodedError FORBIDDEN when they may start no runs any more
 */
export async function starterNow(sql: Sql, kept: KeptPrincipal): Promise<RunPrincipal> {
  const principal = await principalNow(sql, kept);
  if (principal === undefined) throw noRightsLeft();
  requireStarter({ ...kept, principal });
  return principal;
}

/** @throws CodedError FORBIDDEN for somebody who may start no runs */
export function requireStarter(kept: KeptPrincipal): void {
  const refusal = refusalOf(asPrincipal(kept), { to: ['EDITOR'], scope: 'jobs:write' });
  if (refusal !== undefined) throw refusal;
}

/** What becomes of work for somebody who has no rights left. */
export function noRightsLeft(): CodedError {
  return new CodedError(
    'FORBIDDEN',
    'Whoever this acts for has no rights in the workspace any more: no member, or a key that was revoked or has expired.',
  );
}
