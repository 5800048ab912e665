import { slugFault } from '@tributary/runtime';
import { findWorkspaceBySlug } from '../../adapters/workspaces.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const resolveWorkspace: NonNullable<QueryResolvers['resolveWorkspace']> = async (
  _parent,
  { slug },
  { core },
) => {
  // What cannot be a slug never meets SQL.
  if (slugFault(slug) !== undefined) return null;
  return (await findWorkspaceBySlug(core.relational, slug)) ?? null;
};
