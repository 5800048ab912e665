import { isId } from '@tributary/runtime';
import { connectionOf, pageSize } from '@tributary/subgraph-kit';
import { countFiles, type FileScope, listFiles } from '../adapters/file-list.ts';
import { foldersPage } from '../adapters/folders-table.ts';
import type { Context } from '../context.ts';
import { decodePlace, encodePlace } from '../domain/list-cursor.ts';
import type { FolderPage } from '../mappers.ts';
import { type FileListArguments, FilePage, filePageRequest } from '../queries/file-page.ts';

/** A page of the files in a scope. */
export async function filePage(
  { core }: Context,
  scope: FileScope,
  args: FileListArguments,
): Promise<FilePage> {
  const request = filePageRequest(args);
  const files = await listFiles(core.relational, scope, request);
  return new FilePage(files, request, () => countFiles(core.relational, scope));
}

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
  const place = decodePlace('folders', after, ([name, id]) => typeof name === 'string' && isId(id));
  const rows = await foldersPage(core.relational, principal.workspaceId, {
    parentId,
    size,
    after: place === undefined ? null : { name: String(place[0]), id: String(place[1]) },
  });
  return connectionOf(rows, size, {
    cursorOf: ({ name, id }) => encodePlace('folders', [name, id]),
    hasPrevious: place !== undefined,
  });
}
