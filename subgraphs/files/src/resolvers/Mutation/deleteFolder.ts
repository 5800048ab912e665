import type { MutationResolvers } from '../../generated/schema.ts';
import { deleteFolder as remove } from '../../usecases/change-folder.ts';

export const deleteFolder: NonNullable<MutationResolvers['deleteFolder']> = async (
  _parent,
  args,
  { core, principal },
) => (await remove(core, principal, args)) ?? { __typename: 'FolderDeleted', id: args.id };
