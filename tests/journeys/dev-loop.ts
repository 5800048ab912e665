import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@tributary/test-kit';
import { expect } from 'vitest';
import type { Command } from './clone.ts';

export const within = { timeoutMs: 240_000 };

/** The addresses of all start blocks so far. */
function servedSoFar(dev: Command): readonly string[] {
  return [...dev.output().matchAll(/GraphQL\s+(http:\S+)\/graphql[\s\S]*?Ctrl-C/g)].map(
    ([, url = '']) => url,
  );
}

/** The address of the start block with this number, counted from 1. */
export async function servedAt(dev: Command, block: number): Promise<string> {
  return eventually(() => {
    const url = servedSoFar(dev)[block - 1];
    if (url === undefined) throw new Error(`there is no start block ${block}: ${dev.output()}`);
    return url;
  }, within);
}

/** The address of the newest start block. @throws while there is none */
export function served(dev: Command): string {
  const url = servedSoFar(dev).at(-1);
  if (url === undefined) throw new Error(`there is no start block: ${dev.output()}`);
  return url;
}

/** Writes into the file that is there. */
export async function change(
  folder: string,
  path: string,
  replacement: readonly [string, string],
): Promise<void> {
  await writeFile(join(folder, path), await replaced(folder, path, replacement));
}

/** Saves as `sed -i`, vim and `git checkout` do: a new file takes the place of the old one. */
export async function saveAtomically(
  folder: string,
  path: string,
  replacement: readonly [string, string],
): Promise<void> {
  const beside = join(folder, `${path}.saving~`);
  await writeFile(beside, await replaced(folder, path, replacement));
  await rename(beside, join(folder, path));
}

async function replaced(
  folder: string,
  path: string,
  [from, to]: readonly [string, string],
): Promise<string> {
  const text = await readFile(join(folder, path), 'utf8');
  expect(text).toContain(from);
  return text.replace(from, to);
}
