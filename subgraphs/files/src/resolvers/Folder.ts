import { byReference, type ResolvedByReference } from '@tributary/subgraph-kit';
import type { Context } from '../context.ts';
import type { FolderRecord } from '../domain/file.ts';
import type { FolderResolvers } from '../generated/schema.ts';
import { fileFilter } from '../queries/file-filter.ts';
import { filePage, folderPage } from './pages.ts';

export const Folder: FolderResolvers & ResolvedByReference<FolderRecord, Context> = {
  __resolveReference: (reference, { loaders }) => byReference(loaders.folders, reference),
  parent: ({ parentId }, _args, { loaders }) => (parentId === null ? null : loaders.folders.load(parentId)),
  folders: ({ id }, args, context) => folderPage(context, id, args),
  files: ({ id }, args, context) => {
    const inFolder = { kind: 'compare', field: 'folderId', op: 'eq', value: id } as const;
    const asked = fileFilter(args.where);
    const filter = asked === undefined ? inFolder : ({ kind: 'and', filters: [inFolder, asked] } as const);
    return filePage(context, { workspaceId: context.principal.workspaceId, filter, trashed: false }, args);
  },
};
