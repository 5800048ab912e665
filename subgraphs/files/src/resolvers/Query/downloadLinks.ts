import { isId } from '@tributary/runtime';
import { connectionOf, isIdPlace, listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import { linksPage } from '../../adapters/links-table.ts';
import type { QueryResolvers } from '../../generated/schema.ts';
import { noSuchFile } from '../../usecases/failures.ts';

export const downloadLinks: NonNullable<QueryResolvers['downloadLinks']> = async (
  _parent,
  { fileId, first, after },
  { core, principal, loaders },
) => {
  if (!isId(fileId) || (await loaders.files.load(fileId)) === null) throw noSuchFile();
  const size = pageSize(first);
  const list = `DownloadLink ${fileId}`;
  const place = listPlace(list, after, isIdPlace);
  const rows = await linksPage(core.relational, principal.workspaceId, {
    fileId,
    size,
    beforeId: place?.[0] ?? null,
    now: new Date(core.clock.now()),
  });
  return connectionOf(rows, size, {
    cursorOf: ({ id }) => listCursor(list, id),
    hasPrevious: place !== undefined,
  });
};
