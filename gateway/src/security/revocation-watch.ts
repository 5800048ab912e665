import type { EventLog, LogRecord, Tail, TopicPosition } from '@tributary/engines/event-log';
import { type Clock, type Logger, tellTrouble } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { RevokedRights, type RightsChange, rightsChangeOf, type ToldBy } from './revoked-rights.ts';

/** What may have been taken away from a principal since its credential was issued. */
export interface Revocations {
  /** True when the session ended, the key was revoked, or the role is another one than the principal says. */
  isRevoked(principal: Principal): boolean;
}

export interface RevocationWatch extends Revocations, AsyncDisposable {
  /** Resolves when everything revoked within one token lifetime is known; from then on the log is followed. */
  start(): Promise<void>;
  readonly caughtUp: boolean;
  /** Calls back after rights were taken away: whoever holds sockets asks `isRevoked` for each. Disposing stops it. */
  onRevoked(listener: () => void): Disposable;
}

export interface RevocationWatchOptions {
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a token can be shown: what ended it before then ends none any more. */
  readonly credentialLifetimeMs: number;
  /** Called with the id of each revoked key, so that what is remembered of it is forgotten. */
  readonly onKeyRevoked: (keyId: string) => void;
  /** Changes that are committed and that the log does not have yet, page by page, oldest first. @throws CodedError SUBGRAPH_UNAVAILABLE */
  readonly waiting: () => AsyncIterable<readonly RightsChange[]>;
}

const topics = ['identity.session', 'identity.member', 'identity.api_key'];
const batchSize = 500;
/** Among so many offsets before the end one has a record. */
const lastLook = 10;
/** How often identity is asked for what the log does not have: while log or relay are away nothing else tells of it. */
const askEveryMs = 1_000;

/**
 * Follows identity's topics and remembers what was revoked within one credential lifetime: rebuilt from the log at each start. What the log cannot tell
 * yet is asked of identity, so that rights end in time whatever is away but identity itself.
 */
export function createRevocationWatch(options: RevocationWatchOptions): RevocationWatch {
  const { eventLog, clock, log, credentialLifetimeMs, onKeyRevoked, waiting } = options;
  const rights = new RevokedRights(onKeyRevoked);
  const listeners = new Set<() => void>();
  let tail: Tail | undefined;
  let asking: NodeJS.Timeout | undefined;
  let asked: Promise<void> | undefined;
  let caughtUp = false;

  const learn = (changes: readonly RightsChange[], toldBy: ToldBy): void => {
    const nowMs = clock.now();
    const news = changes.filter((change) => rights.learn(change, toldBy, nowMs));
    if (news.length === 0) return;
    rights.forget(nowMs - credentialLifetimeMs);
    for (const listener of listeners) listener();
  };
  const onRecords = (records: readonly LogRecord[]): void =>
    learn(
      records.map(({ event }) => rightsChangeOf(event)).filter((change) => change !== undefined),
      'log',
    );
  const fields = { topic: topics.join(',') };
  const tellOfIdentity = tellTrouble({
    log,
    clock,
    message: 'identity cannot be asked for rights that ended and are not in the log',
    over: 'identity can be asked for rights that ended',
    fields,
  });
  // Each page as it comes: with very many waiting, or a page that fails, what was told holds already.
  const learnWaiting = async (): Promise<void> => {
    for await (const changes of waiting()) learn(changes, 'identity');
  };
  const ask = (): void => {
    asked ??= learnWaiting()
      .catch(tellOfIdentity)
      .finally(() => {
        asked = undefined;
      });
  };

  return {
    get caughtUp() {
      return caughtUp;
    },
    start: async () => {
      const from: Record<string, TopicPosition> = {};
      for (const topic of topics) {
        const since = await positionBefore(eventLog, topic, {
          nowMs: clock.now(),
          lifetimeMs: credentialLifetimeMs,
        });
        from[topic] = await readToEnd(eventLog, { topic, since }, onRecords);
      }
      const onTrouble = tellTrouble({
        log,
        clock,
        message: 'the revocation watch is behind',
        over: 'the revocation watch has caught up',
        fields,
      });
      tail = await eventLog.tail({ topics, from, onRecords, onTrouble });
      asking = setInterval(ask, askEveryMs).unref();
      ask();
      await asked;
      caughtUp = true;
    },
    isRevoked: (principal) => rights.isRevoked(principal),
    onRevoked: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => listeners.delete(listener) };
    },
    [Symbol.asyncDispose]: async () => {
      caughtUp = false;
      clearInterval(asking);
      await asked;
      await tail?.[Symbol.asyncDispose]();
    },
  };
}

/**
 * Where a token's lifetime before now begins in the log, whose clock is another one than this process has: before the earlier of now and the newest record, as the log dates it.
 * A topic in which little happens is read from further back than need be.
 */
async function positionBefore(
  eventLog: EventLog,
  topic: string,
  { nowMs, lifetimeMs }: { readonly nowMs: number; readonly lifetimeMs: number },
): Promise<TopicPosition> {
  const newestMs = await newestIn(eventLog, topic);
  return eventLog.positionAt(topic, Math.min(nowMs, newestMs ?? nowMs) - lifetimeMs);
}

/** When the log took the last record of a topic; undefined of one that has none. */
async function newestIn(eventLog: EventLog, topic: string): Promise<number | undefined> {
  const [beginning, end] = [await eventLog.beginning(topic), await eventLog.end(topic)];
  const newest = await Promise.all(
    end.map(async (next, partition) => {
      // Not each offset has a record.
      const fromOffset = Math.max(beginning[partition] ?? 0, next - lastLook);
      if (fromOffset >= next) return [];
      const records = await eventLog.read({ topic, partition, fromOffset, limit: lastLook });
      return records.map(({ timestampMs }) => timestampMs);
    }),
  );
  const all = newest.flat();
  return all.length === 0 ? undefined : Math.max(...all);
}

async function readToEnd(
  eventLog: EventLog,
  { topic, since }: { readonly topic: string; readonly since: TopicPosition },
  onRecords: (records: readonly LogRecord[]) => void,
): Promise<TopicPosition> {
  return Promise.all(
    since.map(async (first, partition) => {
      let fromOffset = first;
      for (;;) {
        const records = await eventLog.read({ topic, partition, fromOffset, limit: batchSize });
        const last = records.at(-1);
        if (last === undefined) return fromOffset;
        onRecords(records);
        fromOffset = last.offset + 1;
      }
    }),
  );
}
