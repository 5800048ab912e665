import type { MutationResolvers } from '../../generated/schema.ts';
import { deleteModelVersion as deleteVersion } from '../../usecases/delete-model-version.ts';

export const deleteModelVersion: NonNullable<MutationResolvers['deleteModelVersion']> = async (
  _parent,
  { model, version },
  { principal, core },
) => await deleteVersion({ name: model, version }, { ...core, principal });
