import type { MutationResolvers } from '../../generated/schema.ts';
import { updateFolder as change } from '../../usecases/change-folder.ts';

export const updateFolder: NonNullable<MutationResolvers['updateFolder']> = async (
  _parent,
  args,
  { core, principal },
) => {
  const changed = await change(core, principal, args);
  return '__typename' in changed ? changed : { __typename: 'FolderUpdated', folder: changed };
};
