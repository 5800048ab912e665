import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';

/** Where a Flink keeps its states, in a folder that is a test's own. */
export interface StatesFolder extends AsyncDisposable {
  /** Of the Flink of this run, which is told of the folder. */
  readonly url: string;
  /** A file stands where savepoints would go: nobody, root neither, can make a folder there. Checkpoints go on. */
  block(): Promise<void>;
  /** Takes away what is there, a file or savepoints. */
  mend(): Promise<void>;
}

export async function openStatesFolder(): Promise<StatesFolder> {
  const flink = inject('engines')['FLINK_URL'] ?? 'missing: run npm run test:engines -- flink';
  const folder = await mkdtemp(join(tmpdir(), 'tributary-states-'));
  const place = join(folder, 'savepoints');
  return {
    url: `${flink}&commitMs=200&states=file://${folder}`,
    block: () => writeFile(place, ''),
    mend: () => rm(place, { recursive: true }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
