import { startRepeating } from '@tributary/runtime';
import { type SecretDeps, tidySecrets } from './adapters/hook-secrets.ts';

const everyMs = 3_600_000;

/** Looks after the secrets of hooks each hour, and at the start, until disposed. Any number of processes may. */
export function startHookCare(deps: SecretDeps): AsyncDisposable {
  const care = startRepeating({
    everyMs,
    work: () => tidySecrets(deps),
    failed: (err) => deps.log.warn({ err }, 'secrets of hooks stay as they are until the next try'),
  });
  care.now();
  return care;
}
