import { readFile, rename, writeFile } from 'node:fs/promises';

/** The text of a file; undefined when there is none. @throws what reading a file throws otherwise */
export function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** The JSON kept in a file; undefined when there is none, or none that can be read as JSON. @throws as `readText` does */
export async function readKept<Value>(path: string): Promise<Partial<Value> | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Partial<Value>;
  } catch {
    return undefined;
  }
}

/** Keeps JSON for this user only. Written aside, to the disk, and renamed: a crash leaves the old state or the new one, never half a file. */
export async function keep(path: string, value: object): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  await rename(`${path}.new`, path);
}
