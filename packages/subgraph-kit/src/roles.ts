/** The built-in roles of a workspace, weakest first. A role has every right of those before it. */
export const roles = ['VIEWER', 'EDITOR', 'ADMIN', 'OWNER'] as const;

export type Role = (typeof roles)[number];

/**
 * Whom a field is for. `PUBLIC`: anybody. `SIGNED_IN`: any user or key, member or not. `MEMBER`: any member. A role: that role or a stronger one.
 * `OWNER_OF_ROW`: members, for the rows they made (the row predicate decides). `SERVICE`: only processes of ours.
 */
export const grants = ['PUBLIC', 'SIGNED_IN', 'MEMBER', ...roles, 'OWNER_OF_ROW', 'SERVICE'] as const;

export type Grant = (typeof grants)[number];

export function isRole(value: unknown): value is Role {
  return roles.includes(value as Role);
}

export function isGrant(value: unknown): value is Grant {
  return grants.includes(value as Grant);
}

/** True when `held` has the rights of `needed`. */
export function roleCovers(held: Role, needed: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(needed);
}
