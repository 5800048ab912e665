import { statfs } from 'node:fs/promises';
import { CodedError } from '@tributary/runtime';

/** PostgreSQL takes room for its journal in pieces of 16 MiB, and stops when it gets none. Its end gives back a little. */
const leastFreeBytes = 2 * 16 * 1024 * 1024;

/** Whether the database has no room left. */
export async function isDiskFull(dataDir: string): Promise<boolean> {
  const disk = await statfs(dataDir).catch(() => undefined);
  return disk !== undefined && disk.bavail * disk.bsize < leastFreeBytes;
}

/**
 * Does `work`; when it fails while the disk of the data folder has no room for the database, says that. What then fails is far from the
 * cause: the database has stopped, and whoever asked it knows only that it is away.
 * @throws CodedError ENGINE_UNAVAILABLE instead of the failure, with it as the cause
 */
export async function explainFullDisk<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(await isDiskFull(dataDir))) throw cause;
    const message = `The disk that holds ${dataDir} is full; free some space or set DATA_DIR to another disk.`;
    throw new CodedError('ENGINE_UNAVAILABLE', message, { cause });
  }
}
