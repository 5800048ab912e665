import type { QueryResolvers } from '../../generated/schema.ts';
import { fileFilter } from '../../queries/file-filter.ts';
import { filePage } from '../pages.ts';

export const files: NonNullable<QueryResolvers['files']> = (_parent, args, context) => {
  const { workspaceId } = context.principal;
  return filePage(context, { workspaceId, filter: fileFilter(args.where), trashed: args.trashed }, args);
};
