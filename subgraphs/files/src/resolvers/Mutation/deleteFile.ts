import { causeOf } from '../../core.ts';
import type { MutationResolvers } from '../../generated/schema.ts';
import { removeFile } from '../../usecases/remove-file.ts';

export const deleteFile: NonNullable<MutationResolvers['deleteFile']> = async (
  _parent,
  args,
  { core, principal },
) => {
  await removeFile(core, causeOf(core, principal), args);
  return { id: args.id };
};
