import type { MutationResolvers } from '../../generated/schema.ts';
import { promoteModelVersion as promote } from '../../usecases/change-live-version.ts';

export const promoteModelVersion: NonNullable<MutationResolvers['promoteModelVersion']> = async (
  _parent,
  { model, version },
  { principal, core },
) => await promote({ name: model, version }, { ...core, principal });
