import type { KeyProvider } from '@tributary/engines/key-provider';
import type { Relational } from '@tributary/engines/relational';
import type { Logger } from '@tributary/runtime';
import { tidySecrets } from './adapters/hook-secrets.ts';

export interface HookCareDeps {
  readonly relational: Relational;
  readonly keyProvider: KeyProvider;
  readonly log: Logger;
}

const everyMs = 3_600_000;
const batch = 1_000;

/** Looks after the secrets of hooks each hour, and at the start, until disposed. Any number of processes may. */
export function startHookCare({ relational, keyProvider, log }: HookCareDeps): AsyncDisposable {
  let running: Promise<void> | undefined;
  const tidy = async (): Promise<void> => {
    try {
      while ((await tidySecrets(relational, keyProvider, batch)) === batch);
    } catch (err) {
      log.warn({ err }, 'secrets of hooks stay as they are until the next try');
    }
    running = undefined;
  };
  const start = (): void => {
    running ??= tidy();
  };
  const timer = setInterval(start, everyMs);
  start();
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
