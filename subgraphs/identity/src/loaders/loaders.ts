import { isId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import DataLoader from 'dataloader';
import {
  type UserRecord,
  visibleUsers,
  visibleWorkspaces,
  type WorkspaceRecord,
} from '../adapters/directory.ts';
import { membersEver } from '../adapters/past-members.ts';
import type { IdentityCore } from '../core.ts';

/** Entity loads of one call, batched into one statement a type. What the principal may not see loads as null, like what is absent. */
export interface Loaders {
  readonly users: DataLoader<string, UserRecord | null>;
  /** For readers of the audit log: also those who left the workspace, without their addresses. */
  readonly auditedUsers: DataLoader<string, UserRecord | null>;
  readonly workspaces: DataLoader<string, WorkspaceRecord | null>;
}

export function createLoaders({ prisma, relational }: IdentityCore, principal: Principal): Loaders {
  return {
    users: batched((ids) => visibleUsers(prisma, principal, ids)),
    auditedUsers: batched((ids) => membersEver(relational, principal.workspaceId, ids)),
    workspaces: batched((ids) => visibleWorkspaces(prisma, principal, ids)),
  };
}

function batched<Entity extends { readonly id: string }>(
  load: (ids: readonly string[]) => Promise<readonly Entity[]>,
): DataLoader<string, Entity | null> {
  return new DataLoader(
    async (ids) => {
      const asked = ids.filter(isId);
      const found = asked.length === 0 ? [] : await load(asked);
      const byId = new Map(found.map((entity) => [entity.id, entity]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { maxBatchSize: 500 },
  );
}
