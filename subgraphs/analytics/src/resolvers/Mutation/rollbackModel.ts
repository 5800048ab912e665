import type { MutationResolvers } from '../../generated/schema.ts';
import { rollbackModel as rollback } from '../../usecases/change-live-version.ts';

export const rollbackModel: NonNullable<MutationResolvers['rollbackModel']> = async (
  _parent,
  { model },
  { principal, core },
) => await rollback(model, { ...core, principal });
