import type { Sql } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import { type Principal, type Role, roleCovers } from '@tributary/subgraph-kit';
import { roleOfKey } from '../adapters/api-keys.ts';
import type { Cause } from '../adapters/events.ts';
import { roleOf } from '../adapters/members.ts';
import type { IdentityCore } from '../core.ts';

/** The role held now, from the database: a token says what it was up to ten minutes ago. */
export async function currentRole(sql: Sql, principal: Principal): Promise<Role | null> {
  if (principal.kind === 'service') return 'OWNER';
  if (principal.kind === 'user') return roleOf(sql, principal.workspaceId, principal.id);
  if (principal.kind !== 'apiKey') return null;
  return roleOfKey(sql, principal.workspaceId, principal.id);
}

/** @throws CodedError FORBIDDEN unless the role held now covers `needed`. */
export async function requireRole(sql: Sql, principal: Principal, needed: Role): Promise<Role> {
  const held = await currentRole(sql, principal);
  if (held === null || !roleCovers(held, needed))
    throw new CodedError('FORBIDDEN', `This needs the role ${needed}.`, {
      details: { needs: [needed], role: held },
    });
  return held;
}

/** Nobody grants, takes or gives away a role above their own. @throws CodedError FORBIDDEN */
export function requireCovers(held: Role, touched: Role): void {
  if (!roleCovers(held, touched))
    throw new CodedError('FORBIDDEN', `The role ${touched} is above your own.`, {
      details: { needs: [touched], role: held },
    });
}

/** The signed-in user. @throws CodedError FORBIDDEN for keys: what belongs to a person is not for programs. */
export function requireUser(principal: Principal): { readonly userId: string; readonly sessionId: string } {
  if (principal.kind !== 'user' || principal.sessionId === undefined)
    throw new CodedError('FORBIDDEN', 'This is for signed-in users, not for keys.');
  return { userId: principal.id, sessionId: principal.sessionId };
}

/** Who causes an event, in the workspace addressed. */
export function causeOf(core: IdentityCore, principal: Principal): Cause {
  return {
    workspaceId: principal.workspaceId,
    actor: { kind: principal.kind, id: principal.id },
    clock: core.clock,
  };
}
