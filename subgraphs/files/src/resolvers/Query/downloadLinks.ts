import { isId } from '@tributary/runtime';
import { connectionOf, pageSize } from '@tributary/subgraph-kit';
import { linksPage } from '../../adapters/links-table.ts';
import { decodePlace, encodePlace } from '../../domain/list-cursor.ts';
import type { QueryResolvers } from '../../generated/schema.ts';
import { noSuchFile } from '../../usecases/failures.ts';

export const downloadLinks: NonNullable<QueryResolvers['downloadLinks']> = async (
  _parent,
  { fileId, first, after },
  { core, principal, loaders },
) => {
  if (!isId(fileId) || (await loaders.files.load(fileId)) === null) throw noSuchFile();
  const size = pageSize(first);
  const place = decodePlace('downloadLinks', after, ([id]) => isId(id));
  const rows = await linksPage(core.relational, principal.workspaceId, {
    fileId,
    size,
    beforeId: place === undefined ? null : String(place[0]),
    now: new Date(core.clock.now()),
  });
  return connectionOf(rows, size, {
    cursorOf: ({ id }) => encodePlace('downloadLinks', [id]),
    hasPrevious: place !== undefined,
  });
};
