import type { FileScanner } from '@tributary/engines/file-scanner';
import type { FilesCore } from './core.ts';
import { scanPending } from './usecases/scan-pending.ts';

const lookEveryMs = 1_000;

/** Has what was uploaded scanned, a second after it came, until disposed. Any number of processes may: each takes other versions. */
export function startScanWorker(core: FilesCore, scanner: FileScanner): AsyncDisposable {
  let running: Promise<void> | undefined;
  let away = false;
  const run = async (): Promise<void> => {
    try {
      while ((await scanPending(core, scanner)) > 0);
      away = false;
    } catch (err) {
      if (!away) core.log.warn({ err }, 'files wait for the scanner');
      away = true;
    }
    running = undefined;
  };
  const timer = setInterval(() => {
    running ??= run();
  }, lookEveryMs);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
