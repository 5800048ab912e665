import { startRepeating } from '@tributary/runtime';
import { ownersPrefix } from './adapters/store-owner.ts';
import type { FilesCore } from './core.ts';
import { sweep } from './usecases/sweep.ts';

const everyMs = 15 * 60_000;

/** Sweeps four times an hour until disposed, so that no orphan is older than an hour. */
export function startSweeper(core: FilesCore): AsyncDisposable {
  const { log } = core;
  return startRepeating({
    everyMs,
    work: async () => {
      const { uploads, trashed, links, objects, isOwner } = await sweep(core);
      const count = uploads + trashed + links + objects;
      if (count > 0) log.info({ count }, 'uploads, trash, links or objects nobody can ask for were removed');
      if (!isOwner)
        log.warn(
          {},
          `another database has files in this object store: what no row names is left there. Give each installation a bucket of its own; if the other one is gone for good, delete what begins with ${ownersPrefix}`,
        );
    },
    failed: (err) => log.warn({ err }, 'the sweep stopped; the next one goes on'),
  });
}
