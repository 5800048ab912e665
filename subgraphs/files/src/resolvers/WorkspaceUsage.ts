import { fileCount, reservedBytes, usageOf } from '../adapters/usage-table.ts';
import type { WorkspaceUsageResolvers } from '../generated/schema.ts';

export const WorkspaceUsage: WorkspaceUsageResolvers = {
  usedBytes: async (_usage, _args, { core, principal }) =>
    (await usageOf(core.relational, principal.workspaceId)).usedBytes,
  reservedBytes: (_usage, _args, { core, principal }) =>
    reservedBytes(core.relational, principal.workspaceId, null),
  quotaBytes: async (_usage, _args, { core, principal }) =>
    (await usageOf(core.relational, principal.workspaceId)).quotaBytes ?? core.settings.quotaBytes,
  files: (_usage, _args, { core, principal }) => fileCount(core.relational, principal.workspaceId),
  trashDays: (_usage, _args, { core }) => core.settings.trashDays,
};
