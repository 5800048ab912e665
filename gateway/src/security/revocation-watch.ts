import type { EventLog, LogEvent, LogRecord, Tail, TopicPosition } from '@tributary/engines/event-log';
import { type Clock, type Logger, tellTrouble } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';

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
  /** How long a credential can live: what is older cannot be presented any more. */
  readonly credentialLifetimeMs: number;
  /** Called with the id of each revoked key, so that what is remembered of it is forgotten. */
  readonly onKeyRevoked: (keyId: string) => void;
}

const topics = ['identity.session', 'identity.member', 'identity.api_key'];
const batchSize = 500;

interface Membership {
  readonly role: string | null;
  readonly atMs: number;
}

/** Follows identity's topics and remembers what was revoked within one credential lifetime: rebuilt from the log at each start. */
export function createRevocationWatch(options: RevocationWatchOptions): RevocationWatch {
  const { eventLog, clock, log, credentialLifetimeMs, onKeyRevoked } = options;
  const endedSessions = new Map<string, number>();
  const revokedKeys = new Map<string, number>();
  const memberships = new Map<string, Membership>();
  const listeners = new Set<() => void>();
  let tail: Tail | undefined;
  let caughtUp = false;

  const learn = (event: LogEvent): boolean => {
    const data = event.data as { sessionId?: string; userId?: string; keyId?: string; role?: string | null };
    const atMs = Date.parse(event.time);
    if (event.type === 'identity.session.ended' && data.sessionId !== undefined)
      endedSessions.set(data.sessionId, atMs);
    else if (event.type === 'identity.api_key.revoked' && data.keyId !== undefined) {
      revokedKeys.set(data.keyId, atMs);
      onKeyRevoked(data.keyId);
    } else if (event.type.startsWith('identity.member.') && data.userId !== undefined) {
      const role = event.type === 'identity.member.removed' ? null : (data.role ?? null);
      memberships.set(`${event.workspaceid} ${data.userId}`, { role, atMs });
    } else return false;
    return true;
  };
  const onRecords = (records: readonly LogRecord[]): void => {
    const learnt = records.filter(({ event }) => learn(event)).length;
    if (learnt === 0) return;
    forget();
    for (const listener of listeners) listener();
  };
  const forget = (): void => {
    const oldestMs = clock.now() - credentialLifetimeMs;
    for (const [id, atMs] of endedSessions) if (atMs < oldestMs) endedSessions.delete(id);
    for (const [id, atMs] of revokedKeys) if (atMs < oldestMs) revokedKeys.delete(id);
    for (const [id, { atMs }] of memberships) if (atMs < oldestMs) memberships.delete(id);
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
        fields: { topic: topics.join(',') },
      });
      tail = await eventLog.tail({ topics, from, onRecords, onTrouble });
      caughtUp = true;
    },
    isRevoked: (principal, issuedAtMs) => {
      if (principal.kind === 'apiKey') return revokedKeys.has(principal.id);
      if (principal.kind !== 'user') return false;
      if (principal.sessionId !== undefined && endedSessions.has(principal.sessionId)) return true;
      const membership = memberships.get(`${principal.workspaceId} ${principal.id}`);
      return membership !== undefined && membership.role !== principal.role && issuedAtMs <= membership.atMs;
    },
    onRevoked: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => listeners.delete(listener) };
    },
    [Symbol.asyncDispose]: async () => {
      caughtUp = false;
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
