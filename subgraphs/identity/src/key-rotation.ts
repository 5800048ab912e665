import type { Relational } from '@tributary/engines/relational';
import { type Clock, type Logger, startRepeating } from '@tributary/runtime';
import { deriveKeys } from './adapters/derived-keys.ts';
import { createSigningKeys } from './adapters/signing-keys.ts';

const checkEveryMs = 10 * 60_000;

export interface KeyRotationDeps {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sealingKey: string;
  readonly accessTokenSeconds: number;
  readonly operatorWorkspace: string;
}

/**
 * Replaces keys that the sealing key does not open: at a start only, because a process that runs with another sealing key by mistake
 * should not fight the others for good. Makes the first signing keys before it resolves, then looks every ten minutes whether a rotation is due. Any number of processes
 * may run it: the key set changes under an advisory lock.
 */
export async function startKeyRotation(deps: KeyRotationDeps): Promise<AsyncDisposable> {
  const { relational, clock, log } = deps;
  const tokenLifetimeMs = deps.accessTokenSeconds * 1000;
  const keys = createSigningKeys({
    relational,
    clock,
    sealingKey: deriveKeys(deps.sealingKey).sealing,
    tokenLifetimeMs,
    operatorWorkspace: deps.operatorWorkspace,
  });
  const check = async (): Promise<void> => {
    const done = await keys.maintain();
    if (done.length > 0) log.info({ reason: done.join(', ') }, 'the signing keys changed');
  };
  const lost = await keys.retireLost();
  if (lost > 0)
    log.warn({ reason: 'another sealing key' }, 'signing keys could not be opened and are replaced');
  await check();
  return startRepeating({
    everyMs: checkEveryMs,
    work: check,
    failed: (err) => log.error({ err }, 'signing keys could not be checked'),
  });
}
