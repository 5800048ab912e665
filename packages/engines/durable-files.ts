import { constants } from 'node:fs';
import { mkdir, open, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** True for a file system's error with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Makes names in a folder durable. Windows has no such call, and keeps them in order by itself. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes a folder with those above it, for this user alone (mode 700), durable when it answers. One that exists keeps its mode. */
export async function ensureFolder(path: string): Promise<void> {
  const outermost = await mkdir(path, { recursive: true, mode: 0o700 });
  if (outermost === undefined) return;
  const above = dirname(outermost);
  const steps: Promise<void>[] = [];
  for (let folder = dirname(path); folder.length >= above.length; folder = dirname(folder)) {
    steps.push(syncFolder(folder));
    if (folder === dirname(folder)) break;
  }
  await Promise.all(steps);
}

/** Removes a folder if it is empty, and those above it that are empty then, below `root`; false when it is not empty. Durable when it answers. */
export async function removeEmptyFolder(path: string, root: string): Promise<boolean> {
  let folder = path;
  for (; folder !== root; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) break;
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  if (folder === path) return false;
  await syncFolder(folder).catch((error: unknown) => {
    // Somebody else removed it as well, and syncs the one above.
    if (!hasCode(error, 'ENOENT')) throw error;
  });
  return true;
}

export async function removeWhole(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

const sliceLength = 32;

/** Answers in the order of the items; only some are under way at once, since each holds a file. */
export async function inSlices<Item, Answer>(
  items: readonly Item[],
  each: (item: Item, index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < items.length; start += sliceLength) {
    const slice = items.slice(start, start + sliceLength);
    answers.push(...(await Promise.all(slice.map((item, n) => each(item, start + n)))));
  }
  return answers;
}
