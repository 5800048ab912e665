import { statfs } from 'node:fs/promises';
import { CodedError } from '@tributary/runtime';

/** PostgreSQL takes room for its journal in pieces of 16 MiB, and stops when it gets none. Its end gives back a little. */
const leastFreeBytes = 2 * 16 * 1024 * 1024;

/**
 * Does `work`; when it fails while the disk of the data folder has no room for the database, says that. What then fails is far from the
 * cause: the database has stopped, and whoever asked it knows only that it is away.
 * @throws CodedError ENGINE_UNAVAILABLE instead of the failure, with it as the cause
 */
export async function explainFullDisk<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const disk = await statfs(dataDir).catch(() => undefined);
    if (disk === undefined || disk.bavail * disk.bsize >= leastFreeBytes) throw cause;
    const message = `The disk that holds ${dataDir} is full; free some space or set DATA_DIR to another disk.`;
    throw new CodedError('ENGINE_UNAVAILABLE', message, { cause });
  }
}
