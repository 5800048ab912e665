import { isId } from '@tributary/runtime';
import type { QueryResolvers } from '../../generated/schema.ts';
import { noSuchFolder } from '../../usecases/failures.ts';
import { folderPage } from '../pages.ts';

export const folders: NonNullable<QueryResolvers['folders']> = async (_parent, args, context) => {
  const parentId = args.parentId ?? null;
  if (parentId !== null && (!isId(parentId) || (await context.loaders.folders.load(parentId)) === null))
    throw noSuchFolder();
  return folderPage(context, parentId, args);
};
