import { grants, type Role } from '../generated/operations.ts';

export type GrantedField = keyof typeof grants;

/** From the least to the most. */
export const roles: readonly Role[] = ['VIEWER', 'EDITOR', 'ADMIN', 'OWNER'];

/**
 * Whether the graph would let this role use a field, by the graph's own declaration. It decides what is shown; what is done, the
 * server decides.
 */
export function mayUse(role: Role | null, field: GrantedField): boolean {
  const allowed: readonly string[] = grants[field];
  if (allowed.includes('PUBLIC') || allowed.includes('SIGNED_IN')) return true;
  if (role === null) return false;
  return (
    allowed.includes('MEMBER') ||
    roles.slice(0, roles.indexOf(role) + 1).some((held) => allowed.includes(held))
  );
}

/** Those a member of `role` can give to others: nobody gives more than they hold. */
export function grantableRoles(role: Role | null): readonly Role[] {
  return role === null ? [] : roles.slice(0, roles.indexOf(role) + 1);
}
