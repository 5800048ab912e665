import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, isId } from '@tributary/runtime';
import { requireVersion } from '@tributary/subgraph-kit';
import { type Cause, fileEvent } from '../adapters/events.ts';
import { lockFile, removeFile as removeRow } from '../adapters/files-table.ts';
import { addUsage, lockUsage } from '../adapters/usage-table.ts';
import { variantsOfFile } from '../adapters/variants-table.ts';
import { objectsOf } from '../adapters/versions-table.ts';
import type { FilesCore } from '../core.ts';
import type { FileTarget } from './change-file.ts';
import { noSuchFile } from './failures.ts';

/**
 * Removes a file in the trash for good: first the rows, by which everything is found, then the objects. With the rows it is done: a crash in between, or a store that
 * is away, leaves objects without a row, which the sweeper removes.
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
  await deleteObjects(core, keys).catch((err: unknown) =>
    core.log.warn({ err, workspaceId, fileId: id }, 'the bytes of a removed file are left to the sweeper'),
  );
}

/** A file may have thousands of versions. */
const deletesAtOnce = 16;

/** @throws CodedError what the object store fails with first; those behind it stay */
async function deleteObjects({ objects }: FilesCore, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += deletesAtOnce)
    await Promise.all(keys.slice(at, at + deletesAtOnce).map((key) => objects.delete(key)));
}
