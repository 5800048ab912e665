import type { MutationResolvers } from '../../generated/schema.ts';
import { renameFile as change } from '../../usecases/change-file.ts';

export const renameFile: NonNullable<MutationResolvers['renameFile']> = (
  _parent,
  args,
  { core, principal },
) => change(core, principal, args);
