import type { MutationResolvers } from '../../generated/schema.ts';
import { createFolder as create } from '../../usecases/change-folder.ts';

export const createFolder: NonNullable<MutationResolvers['createFolder']> = (
  _parent,
  { input },
  { core, principal },
) => create(core, principal, input);
