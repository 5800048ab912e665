import type { MutationResolvers } from '../../generated/schema.ts';
import { setShadowVersion as setShadow } from '../../usecases/change-live-version.ts';

export const setShadowVersion: NonNullable<MutationResolvers['setShadowVersion']> = async (
  _parent,
  { model, version = null },
  { principal, core },
) => await setShadow({ name: model, version }, { ...core, principal });
