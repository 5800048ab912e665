import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../durable-files.ts';

export interface KeysRequest {
  readonly root: string;
  readonly prefix: string;
  readonly after: string;
}

/**
 * The keys that start with the prefix and come after `after`, in ascending order. Folders are read one by one, so what is held is the
 * names of those on the way.
 */
export async function* keysUnder({ root, prefix, after }: KeysRequest): AsyncGenerator<string, void> {
  // Folders above the last slash of the prefix hold nothing else that could match.
  const start = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  yield* walk(start);

  async function* walk(above: string): AsyncGenerator<string, void> {
    const names = (await entries(join(root, above))).flatMap((entry) => nameOf(entry) ?? []);
    for (const name of names.map((name) => above + name).sort()) {
      if (name.endsWith('/')) {
        // All that is below starts with the name: either some of it is beyond `after`, or `after` lies within.
        const mayMatch = name.startsWith(prefix) || prefix.startsWith(name);
        if (mayMatch && (name > after || after.startsWith(name))) yield* walk(name);
      } else if (name.startsWith(prefix) && name > after) {
        yield name;
      }
    }
  }
}

/** A key's own folder ends in `@`; any other is a segment with keys below, and sorts as that segment and its slash. */
function nameOf(entry: Dirent): string | undefined {
  if (!entry.isDirectory()) return undefined;
  return entry.name.endsWith('@') ? entry.name.slice(0, -1) : `${entry.name}/`;
}

async function entries(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
