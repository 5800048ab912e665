import { isId } from '@tributary/runtime';
import {
  connectionOf,
  isStorableText,
  listCursor,
  listPlace,
  type OrderedListArguments,
  OrderedPage,
  pageSize,
} from '@tributary/subgraph-kit';
import { countFiles, type FileScope, listFiles } from '../adapters/file-list.ts';
import { foldersPage } from '../adapters/folders-table.ts';
import type { Context } from '../context.ts';
import type { FilePage, FolderPage } from '../mappers.ts';
import { filePageRequest } from '../queries/file-page.ts';

/** A page of the files in a scope. */
export function filePage({ core }: Context, scope: FileScope, args: OrderedListArguments): FilePage {
  const request = filePageRequest(args);
  return new OrderedPage(request, {
    rows: () => listFiles(core.relational, scope, request),
    count: () => countFiles(core.relational, scope),
  });
}

const isNamePlace = (values: readonly unknown[]): values is readonly [name: string, id: string] =>
  values.length === 2 && typeof values[0] === 'string' && isStorableText(values[0]) && isId(values[1]);

/** A page of the folders in a folder, or at the top. */
export async function folderPage(
  { core, principal }: Context,
  parentId: string | null,
  {
    first,
    after,
  }: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
): Promise<FolderPage> {
  const size = pageSize(first);
  const list = `Folder ${parentId ?? 'top'}`;
  const place = listPlace(list, after, isNamePlace);
  const rows = await foldersPage(core.relational, principal.workspaceId, {
    parentId,
    size,
    after: place === undefined ? null : { name: place[0], id: place[1] },
  });
  return connectionOf(rows, size, {
    cursorOf: ({ name, id }) => listCursor(list, name, id),
    hasPrevious: place !== undefined,
  });
}
