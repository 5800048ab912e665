import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where its files lie. */
export const vegaFolder = join(
  dirname(createRequire(import.meta.url).resolve('vega-datasets')),
  '..',
  'data',
);

/** A file of real data, from the npm package `vega-datasets`. */
export async function vegaFile(name: string): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  return { name, bytes: await readFile(join(vegaFolder, name)) };
}
