import type { MutationResolvers } from '../../generated/schema.ts';
import { renameFolder as rename } from '../../usecases/change-folder.ts';

export const renameFolder: NonNullable<MutationResolvers['renameFolder']> = (
  _parent,
  args,
  { core, principal },
) => rename(core, principal, args);
