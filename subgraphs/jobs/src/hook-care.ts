import type { KeyProvider } from '@tributary/engines/key-provider';
import type { Relational } from '@tributary/engines/relational';
import { type Logger, startRepeating } from '@tributary/runtime';
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
  const care = startRepeating({
    everyMs,
    work: async () => {
      while ((await tidySecrets(relational, keyProvider, batch)) === batch);
    },
    failed: (err) => log.warn({ err }, 'secrets of hooks stay as they are until the next try'),
  });
  care.now();
  return care;
}
