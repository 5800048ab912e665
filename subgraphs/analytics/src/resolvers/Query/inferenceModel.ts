import { findModel } from '../../adapters/model-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const inferenceModel: NonNullable<QueryResolvers['inferenceModel']> = async (
  _parent,
  { name },
  { principal, core },
) => (await findModel(core.relational, principal.workspaceId, name)) ?? null;
