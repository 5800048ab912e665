import { findWorkspaceBySlug } from '../../adapters/workspaces.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const resolveWorkspace: NonNullable<QueryResolvers['resolveWorkspace']> = async (
  _parent,
  { slug },
  { core },
) => (await findWorkspaceBySlug(core.relational, slug)) ?? null;
