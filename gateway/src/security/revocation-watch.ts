import type { EventLog, LogRecord, Tail, TopicPosition } from '@tributary/engines/event-log';
import { type Clock, type Logger, tellTrouble } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { RevokedRights, type RightsChange, rightsChangeOf } from './revoked-rights.ts';

/** What may have been taken away from a principal since its credential was issued. */
export interface Revocations {
  /** True when the session ended, the key was revoked, or the role changed after `issuedAtMs`. */
  isRevoked(principal: Principal, issuedAtMs: number): boolean;
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

  const learn = (changes: readonly RightsChange[]): void => {
    const nowMs = clock.now();
    const oldestMs = nowMs - credentialLifetimeMs;
    const news = changes.filter((change) => rights.learn(change, { nowMs, oldestMs }));
    if (news.length === 0) return;
    rights.forget(oldestMs);
    for (const listener of listeners) listener();
  };
  const onRecords = (records: readonly LogRecord[]): void =>
    learn(records.map(({ event }) => rightsChangeOf(event)).filter((change) => change !== undefined));
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
    for await (const changes of waiting()) learn(changes);
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
        const since = await eventLog.positionAt(topic, clock.now() - credentialLifetimeMs);
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
    isRevoked: (principal, issuedAtMs) => rights.isRevoked(principal, issuedAtMs),
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
