import type { MutationResolvers } from '../../generated/schema.ts';
import { moveFolder as move } from '../../usecases/change-folder.ts';

export const moveFolder: NonNullable<MutationResolvers['moveFolder']> = async (
  _parent,
  args,
  { core, principal },
) => {
  const moved = await move(core, principal, { ...args, parentId: args.parentId ?? null });
  return '__typename' in moved ? moved : { __typename: 'FolderMoved', folder: moved };
};
