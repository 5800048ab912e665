import { CodedError } from '@tributary/runtime';
import type { Principal } from './principal.ts';
import { type Grant, isRole, roleCovers } from './roles.ts';

/** What the schema says of one field: who may use it, and the scope an API key needs for it; several, between spaces, where it needs each of them. */
export interface Allowance {
  readonly to: readonly Grant[];
  readonly scope?: string;
}

/**
 * The one decision procedure of the permission model: shield rules, the gateway's early refusal and event filters all call it.
 * Returns undefined when allowed, the refusal otherwise. Row predicates are decided later, by whoever holds the row.
 */
export function refusalOf(principal: Principal, allowance: Allowance): CodedError | undefined {
  if (principal.kind === 'service') return undefined;
  if (allowance.to.includes('PUBLIC') && principal.scopes === null) return undefined;
  if (!allowance.to.some((grant) => holds(principal, grant))) {
    if (principal.kind === 'anonymous')
      return new CodedError('UNAUTHENTICATED', 'This needs a signed-in user or an API key.');
    return new CodedError('FORBIDDEN', `This needs ${needs(allowance.to)}; ${describe(principal)}.`, {
      details: { needs: allowance.to, role: principal.role },
    });
  }
  const { scopes } = principal;
  const missing = scopes === null ? undefined : scopesOf(allowance).find((scope) => !scopes.includes(scope));
  if (missing === undefined) return undefined;
  return new CodedError('FORBIDDEN', `This API key has no scope ${missing}.`, {
    details: { needsScope: missing, scopes },
  });
}

function scopesOf({ scope }: Allowance): readonly string[] {
  return scope === undefined ? [] : scope.split(' ');
}

function holds(principal: Principal, grant: Grant): boolean {
  if (grant === 'PUBLIC') return true;
  if (grant === 'SIGNED_IN') return principal.kind === 'user' || principal.kind === 'apiKey';
  if (grant === 'SERVICE') return false;
  if (principal.role === null) return false;
  if (grant === 'MEMBER' || grant === 'OWNER_OF_ROW') return true;
  return isRole(grant) && roleCovers(principal.role, grant);
}

function needs(to: readonly Grant[]): string {
  const [first, ...rest] = to.filter((grant) => grant !== 'SERVICE');
  if (first === undefined) return 'to be a service of this installation';
  return `the role ${[first, ...rest].join(' or ')}`;
}

function describe(principal: Principal): string {
  return principal.role === null ? 'you are no member of this workspace' : `you are ${principal.role}`;
}
