import type { MutationResolvers } from '../../generated/schema.ts';
import { updateFile as change } from '../../usecases/change-file.ts';

export const updateFile: NonNullable<MutationResolvers['updateFile']> = (
  _parent,
  args,
  { core, principal },
) => change(core, principal, args);
