import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { engineFolders } from './config.ts';
import { LocalEngines } from './local-engines.ts';
import { identityOf, type ProcessIdentity } from './process-identity.ts';
import { recipes } from './recipes.ts';

/** `run-<number>-<beginning>`: the process a folder of state belongs to. */
const runFolder = /^run-(\d+)-\w+$/;

function folderOf({ pid, began }: ProcessIdentity): string {
  return `run-${pid}-${began.replaceAll(/\W/g, '_')}`;
}

export interface RunEngines extends AsyncDisposable {
  readonly engines: LocalEngines;
  /** Where they are kept: with it as `TRIBUTARY_ENGINES_STATE` another process sees, stops and starts them. */
  readonly stateDir: string;
}

/**
 * Engines of one run, of tests or of a benchmark: apart from those the user works with, and gone with all they kept when disposed. What a run that was killed
 * left is stopped by the next one.
 */
export async function openRunEngines(tell: (line: string) => void): Promise<RunEngines> {
  const { cacheDir, stateDir } = engineFolders();
  await mkdir(stateDir, { recursive: true });
  for (const name of await readdir(stateDir)) {
    const pid = Number(runFolder.exec(name)?.[1] ?? 0);
    if (pid === 0) continue;
    const living = await identityOf(pid).catch(() => undefined);
    if (living === undefined || folderOf(living) !== name) await discard(join(stateDir, name));
  }
  const own = join(stateDir, folderOf(await identityOf(process.pid)));
  const engines = new LocalEngines({ cacheDir, stateDir: own }, { recipes, tell });
  return { engines, stateDir: own, [Symbol.asyncDispose]: () => discard(own) };

  async function discard(folder: string): Promise<void> {
    const left = new LocalEngines({ cacheDir, stateDir: folder }, { recipes, tell });
    for (const name of left.names) await left.down(name);
    await rm(folder, { recursive: true, force: true });
  }
}
