import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, type Logger, tellTrouble } from '@tributary/runtime';
import type { Relational, RelationalLock } from '../relational/port.ts';

/** 'strl' in ASCII: the advisory lock of the one process that computes. */
const leaderLock = 0x7374726c;
/** The hand-over after a leader's death takes no longer than its connection's end, or its silence, plus this. */
const askEveryMs = 500;
/** A machine without power ends no connection: the server is told to, so that another process leads. */
const silentForMs = 10_000;

export interface LeadershipDeps {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
  /** Works under an epoch until disposed. */
  readonly lead: (epoch: number) => Promise<AsyncDisposable>;
}

/** Lets this process compute whenever it holds the lock, under an epoch of its own. Disposing stops, and lets the next lead at once. */
export function leadWhenElected(deps: LeadershipDeps): AsyncDisposable {
  const stopping = new AbortController();
  const running = run(deps, stopping.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function run(deps: LeadershipDeps, stop: AbortSignal): Promise<void> {
  const onTrouble = tellTrouble({
    ...deps,
    message: 'the stream engine cannot lead; trying again',
    over: 'the stream engine leads again',
  });
  while (!stop.aborted) {
    try {
      const lock = await deps.relational.tryLock(leaderLock, { silentForMs });
      if (lock !== undefined) await leadUnder(lock, deps, stop);
    } catch (err) {
      onTrouble(err);
    }
    await delay(askEveryMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

async function leadUnder(lock: RelationalLock, deps: LeadershipDeps, stop: AbortSignal): Promise<void> {
  try {
    const { rows } = await deps.relational.query<{ epoch: string }>(
      'UPDATE stream.leader SET epoch = epoch + 1 RETURNING epoch',
    );
    const working = await deps.lead(Number(rows[0]?.epoch));
    await ended(AbortSignal.any([stop, lock.lost]));
    await working[Symbol.asyncDispose]();
  } finally {
    await lock[Symbol.asyncDispose]();
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
