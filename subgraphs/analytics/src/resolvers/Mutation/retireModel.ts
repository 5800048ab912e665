import type { MutationResolvers } from '../../generated/schema.ts';
import { retireModel as retire } from '../../usecases/change-live-version.ts';

export const retireModel: NonNullable<MutationResolvers['retireModel']> = async (
  _parent,
  { model },
  { principal, core },
) => await retire(model, { ...core, principal });
