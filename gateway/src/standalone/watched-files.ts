import { type StatsListener, unwatchFile, watchFile } from 'node:fs';

/** Editors and deployments replace files in many ways, of which notifications tell some: a look twice a second tells all. */
const everyMs = 500;

/** Calls back after any of the files changed, until disposed. */
export function watchedFiles(paths: readonly string[], onChange: () => void): Disposable {
  const listener: StatsListener = (now, before) => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size) onChange();
  };
  for (const path of paths) watchFile(path, { interval: everyMs }, listener);
  return {
    [Symbol.dispose]: () => {
      for (const path of paths) unwatchFile(path, listener);
    },
  };
}
