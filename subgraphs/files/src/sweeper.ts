import { startRepeating } from '@tributary/runtime';
import type { FilesCore } from './core.ts';
import { sweep } from './usecases/sweep.ts';

const everyMs = 15 * 60_000;

/** Sweeps four times an hour until disposed, so that no orphan is older than an hour. */
export function startSweeper(core: FilesCore): AsyncDisposable {
  const { log } = core;
  return startRepeating({
    everyMs,
    work: async () => {
      const { uploads, trashed, links, objects } = await sweep(core);
      const count = uploads + trashed + links + objects;
      if (count > 0) log.info({ count }, 'uploads, trash, links or objects nobody can ask for were removed');
    },
    failed: (err) => log.warn({ err }, 'the sweep stopped; the next one goes on'),
  });
}
