import type { FileScanner } from '@tributary/engines/file-scanner';
import { startRepeating } from '@tributary/runtime';
import type { FilesCore } from './core.ts';
import { scanPending } from './usecases/scan-pending.ts';

const lookEveryMs = 1_000;

/** Has what was uploaded scanned, a second after it came, until disposed. Any number of processes may: each takes other versions. */
export function startScanWorker(core: FilesCore, scanner: FileScanner): AsyncDisposable {
  let away = false;
  return startRepeating({
    everyMs: lookEveryMs,
    work: async () => {
      while ((await scanPending(core, scanner)) > 0);
      away = false;
    },
    failed: (err) => {
      if (!away) core.log.warn({ err }, 'files wait for the scanner');
      away = true;
    },
  });
}
