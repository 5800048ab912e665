import { listModels } from '../../adapters/model-table.ts';
import { registryLimits } from '../../domain/model-versions.ts';
import type { QueryResolvers } from '../../generated/schema.ts';

export const inferenceModels: NonNullable<QueryResolvers['inferenceModels']> = async (
  _parent,
  _args,
  { principal, core },
) => [...(await listModels(core.relational, principal.workspaceId, registryLimits.models))];
