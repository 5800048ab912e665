import type { MutationResolvers } from '../../generated/schema.ts';
import { restoreFile as change } from '../../usecases/change-file.ts';

export const restoreFile: NonNullable<MutationResolvers['restoreFile']> = (
  _parent,
  args,
  { core, principal },
) => change(core, principal, args);
