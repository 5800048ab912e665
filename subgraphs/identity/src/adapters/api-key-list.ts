import type { PrismaClient } from '@tributary/prisma';
import type { Role } from '@tributary/subgraph-kit';
import type { ApiKeyRow } from './api-keys.ts';
import { knownRole } from './directory.ts';

/** A key as people see it: without its hash. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** A page of a workspace's keys in the order they were made, and one more when there are more. */
export async function apiKeysPage(
  prisma: PrismaClient,
  workspaceId: string,
  page: { readonly size: number; readonly afterId: string | null },
): Promise<readonly ApiKeyRecord[]> {
  const rows = await prisma.apiKey.findMany({
    where: { workspaceId, ...(page.afterId === null ? {} : { id: { gt: page.afterId } }) },
    omit: { hash: true },
    orderBy: { id: 'asc' },
    take: page.size + 1,
  });
  return rows.map((row) => apiKeyRecord({ ...row, role: knownRole(row.role) }));
}

export function apiKeyRecord(row: Omit<ApiKeyRow, 'hash'>): ApiKeyRecord {
  const { id, name, role, scopes, createdBy } = row;
  return {
    id,
    name,
    role,
    scopes,
    createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
