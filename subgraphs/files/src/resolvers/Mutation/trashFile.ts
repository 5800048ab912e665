import type { MutationResolvers } from '../../generated/schema.ts';
import { trashFile as change } from '../../usecases/change-file.ts';

export const trashFile: NonNullable<MutationResolvers['trashFile']> = (_parent, args, { core, principal }) =>
  change(core, principal, args);
