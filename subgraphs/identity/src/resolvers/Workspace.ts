import { byReference, type ResolvedByReference } from '@tributary/subgraph-kit';
import type { WorkspaceRecord } from '../adapters/directory.ts';
import type { Context } from '../context.ts';
import type { WorkspaceResolvers } from '../generated/schema.ts';

export const Workspace: WorkspaceResolvers & ResolvedByReference<WorkspaceRecord, Context> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.workspaces, reference),
};
