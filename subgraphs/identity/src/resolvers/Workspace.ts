import type { WorkspaceRecord } from '../adapters/directory.ts';
import type { WorkspaceResolvers } from '../generated/schema.ts';
import { byReference, type ResolvedByReference } from './reference.ts';

export const Workspace: WorkspaceResolvers & ResolvedByReference<WorkspaceRecord> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.workspaces, reference),
};
