import type { WorkspaceRecord } from '../adapters/directory.ts';
import type { WorkspaceResolvers } from '../generated/schema.ts';
import type { ResolvedByReference } from './reference.ts';

export const Workspace: WorkspaceResolvers & ResolvedByReference<WorkspaceRecord> = {
  __resolveReference: ({ id }, { loaders }) => loaders.workspaces.load(id),
};
