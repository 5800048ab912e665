import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, isId, type Logger } from '@tributary/runtime';
import { type Refusal, refusalRecorded } from './events.ts';

/** The same principal refused the same field within this time is one refusal: a loop in a client must not flood the audit log. */
const onceMs = 60_000;
const maxBuffered = 1_000;
const maxRemembered = 10_000;

export interface RefusalSink {
  /** Takes a refusal; never throws, never waits. What does not fit is dropped with a warning. */
  record(refusal: Refusal): void;
  /** Resolves when everything taken so far is in the outbox. */
  settled(): Promise<void>;
}

export function createRefusalSink(relational: Relational, clock: Clock, log: Logger): RefusalSink {
  const recent = new Map<string, number>();
  let buffered: Refusal[] = [];
  let writing: Promise<void> | undefined;

  const isRepeated = (refusal: Refusal): boolean => {
    const key = `${refusal.workspaceId} ${refusal.principalKind} ${refusal.principalId} ${refusal.coordinate} ${refusal.code}`;
    const lastMs = recent.get(key);
    if (lastMs !== undefined && clock.monotonicMs() - lastMs < onceMs) return true;
    if (recent.size >= maxRemembered) recent.clear();
    recent.set(key, clock.monotonicMs());
    return false;
  };
  const writeAll = async (): Promise<void> => {
    while (buffered.length > 0) {
      const batch = buffered;
      buffered = [];
      const events = batch.map((refusal) => refusalRecorded(refusal, clock));
      try {
        await relational.transaction((tx) => writeOutbox(tx, events));
      } catch (err) {
        log.error({ err, count: batch.length }, 'refusals could not be recorded');
      }
    }
    writing = undefined;
  };
  return {
    record: (refusal) => {
      if (!isId(refusal.workspaceId) || isRepeated(refusal)) return;
      if (buffered.length >= maxBuffered) {
        log.warn({ count: 1 }, 'a refusal was dropped: too many at once');
        return;
      }
      buffered.push(refusal);
      writing ??= writeAll();
    },
    settled: async () => writing,
  };
}
