import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, isId } from '@tributary/runtime';
import { type Cause, fileEvent } from '../adapters/events.ts';
import { lockFile, removeFile as removeRow } from '../adapters/files-table.ts';
import { addUsage, lockUsage } from '../adapters/usage-table.ts';
import { variantsOfFile } from '../adapters/variants-table.ts';
import { objectsOf } from '../adapters/versions-table.ts';
import type { FilesCore } from '../core.ts';
import { type FileTarget, requireVersion } from './change-file.ts';
import { noSuchFile } from './failures.ts';

/**
 * Removes a file in the trash for good: first the rows, by which everything is found, then the objects. A crash in between leaves
 * objects without a row, which the sweeper removes.
 * @throws CodedError NOT_FOUND, VERSION_CONFLICT, CONFLICT for a file that is not in the trash
 */
export async function removeFile(
  core: FilesCore,
  cause: Cause,
  { id, expectedVersion }: FileTarget,
): Promise<void> {
  const { workspaceId } = cause;
  const keys = await core.relational.transaction(async (tx) => {
    const before = isId(id) ? await lockFile(tx, workspaceId, id) : undefined;
    if (before === undefined) throw noSuchFile();
    requireVersion(before.version, expectedVersion);
    if (before.trashedAt === null)
      throw new CodedError('STATE_CONFLICT', 'The file is not in the trash; put it there first.');
    await lockUsage(tx, workspaceId);
    const objects = await objectsOf(tx, workspaceId, id);
    const variants = await variantsOfFile(tx, workspaceId, id);
    await removeRow(tx, workspaceId, id);
    await addUsage(tx, workspaceId, -objects.sizeBytes - variants.sizeBytes);
    await writeOutbox(tx, [fileEvent(cause, { before, after: null })]);
    return [...objects.keys, ...variants.keys];
  });
  for (const key of keys) await core.objects.delete(key);
}
