import type { MutationResolvers } from '../../generated/schema.ts';
import { moveFile as move } from '../../usecases/change-file.ts';

export const moveFile: NonNullable<MutationResolvers['moveFile']> = (_parent, args, { core, principal }) =>
  move(core, principal, { ...args, folderId: args.folderId ?? null });
