import type { MutationResolvers } from '../../generated/schema.ts';
import { setFileMetadata as change } from '../../usecases/change-file.ts';

export const setFileMetadata: NonNullable<MutationResolvers['setFileMetadata']> = (
  _parent,
  args,
  { core, principal },
) => change(core, principal, args);
