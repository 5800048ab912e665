import type { PrismaClient } from '@tributary/prisma';
import { isRole, type Principal, type Role } from '@tributary/subgraph-kit';

export interface UserRecord {
  readonly id: string;
  readonly name: string;
  /** Null for who was a member once and is none any more. */
  readonly email: string | null;
  readonly createdAt: string;
}

export interface WorkspaceRecord {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: string;
}

export interface MemberRecord {
  readonly userId: string;
  readonly role: Role;
  readonly createdAt: string;
}

export interface MembershipRecord {
  readonly workspace: WorkspaceRecord;
  readonly role: Role;
}

/** Users the principal may see: themselves, and the members of a workspace they are in. Services see all. */
export async function visibleUsers(
  prisma: PrismaClient,
  principal: Principal,
  ids: readonly string[],
): Promise<readonly UserRecord[]> {
  const shared =
    principal.role === null ? [] : [{ members: { some: { workspaceId: principal.workspaceId } } }];
  const self = principal.kind === 'user' ? [{ id: principal.id }] : [];
  const seen = principal.kind === 'service' ? {} : { OR: [...shared, ...self] };
  const rows = await prisma.user.findMany({
    where: { id: { in: [...ids] }, ...seen },
    select: { id: true, name: true, email: true, createdAt: true },
  });
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}

/** Workspaces the principal may see: the one addressed, as a member, and all others the user belongs to. Services see all. */
export async function visibleWorkspaces(
  prisma: PrismaClient,
  principal: Principal,
  ids: readonly string[],
): Promise<readonly WorkspaceRecord[]> {
  const addressed = principal.role === null ? [] : [{ id: principal.workspaceId }];
  const joined = principal.kind === 'user' ? [{ members: { some: { userId: principal.id } } }] : [];
  const seen = principal.kind === 'service' ? {} : { OR: [...addressed, ...joined] };
  const rows = await prisma.workspace.findMany({ where: { id: { in: [...ids] }, ...seen } });
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}

/** The oldest 100 memberships of a user. */
export async function membershipsOf(
  prisma: PrismaClient,
  userId: string,
): Promise<readonly MembershipRecord[]> {
  const rows = await prisma.member.findMany({
    where: { userId },
    include: { workspace: true },
    orderBy: [{ createdAt: 'asc' }, { workspaceId: 'asc' }],
    take: 100,
  });
  return rows.map(({ role, workspace }) => ({
    role: knownRole(role),
    workspace: { ...workspace, createdAt: workspace.createdAt.toISOString() },
  }));
}

/** A page of members in the order of their ids, and one more when there are more. */
export async function membersPage(
  prisma: PrismaClient,
  workspaceId: string,
  page: { readonly size: number; readonly afterUserId: string | null },
): Promise<readonly MemberRecord[]> {
  const rows = await prisma.member.findMany({
    where: { workspaceId, ...(page.afterUserId === null ? {} : { userId: { gt: page.afterUserId } }) },
    orderBy: { userId: 'asc' },
    take: page.size + 1,
  });
  return rows.map(({ userId, role, createdAt }) => ({
    userId,
    role: knownRole(role),
    createdAt: createdAt.toISOString(),
  }));
}

/** The table's own CHECK holds this; a role of a newer release would come by here. */
export function knownRole(role: string): Role {
  if (!isRole(role)) throw new TypeError('the database holds an unknown role');
  return role;
}
