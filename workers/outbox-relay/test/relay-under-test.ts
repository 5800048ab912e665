import type { EventLog, LogEvent, LogRecord } from '@tributary/engines/event-log';
import { createEvent } from '@tributary/engines/event-log/event';
import { openEventLog } from '@tributary/engines/event-log/open';
import type { OutboxSource } from '@tributary/engines/outbox';
import { relationalOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { createLogger, type Logger, Registry, systemClock } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { relayLock, startRelay } from '../src/relay.ts';

export const logger = createLogger({ name: 'test', level: 'silent' });
export const topic = 'data.record';

export interface RelayUnderTest extends AsyncDisposable {
  readonly relational: Relational;
  readonly log: EventLog;
  readonly source: OutboxSource;
  /** A relay of these engines, or of ones a test puts in their place. */
  relay(instead?: {
    log?: EventLog;
    source?: OutboxSource;
    relational?: Relational;
    metrics?: Registry;
    backlogLimit?: number;
    logger?: Logger;
  }): AsyncDisposable;
  /** Everything the log holds, by partition in order. */
  logged(): Promise<LogEvent[]>;
}

export async function relayUnderTest(): Promise<RelayUnderTest> {
  const relational = await freshDatabase();
  const log = await openEventLog('embedded:', { relational, log: logger });
  await log.declareTopics([{ name: topic, partitions: 3, retentionMs: 3_600_000 }]);
  const source = await relationalOutbox(relational);
  return {
    relational,
    log,
    source,
    relay: (instead = {}) =>
      startRelay({
        sources: [instead.source ?? source],
        log: instead.log ?? log,
        lock: relayLock(instead.relational ?? relational),
        logger: instead.logger ?? logger,
        metrics: instead.metrics ?? new Registry(),
        clock: systemClock,
        ...(instead.backlogLimit === undefined ? {} : { backlogLimit: instead.backlogLimit }),
      }),
    logged: async () => {
      const records: LogRecord[] = [];
      for (const partition of [0, 1, 2])
        for (let fromOffset = 0; ; fromOffset = (records.at(-1)?.offset ?? 0) + 1) {
          const page = await log.read({ topic, partition, fromOffset, limit: 100_000 });
          if (page.length === 0) break;
          records.push(...page);
        }
      return records.map(({ event }) => event);
    },
    [Symbol.asyncDispose]: async () => {
      await log[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
}

export interface Change {
  readonly model: string;
  readonly id: string;
  readonly version: number;
  readonly before: object;
  readonly after: { readonly n: number };
  readonly changed: readonly string[];
}

/** A change as the data subgraph tells it, with a number in it. */
export function changeOf(subject: string, n: number, of = topic): LogEvent<Change> {
  return createEvent({
    type: `${of}.updated`,
    source: '/subgraphs/data',
    subject,
    workspaceId: 'w1',
    actor: { kind: 'user', id: 'u1' },
    data: { model: 'Thing', id: subject, version: n + 1, before: {}, after: { n }, changed: ['n'] },
    clock: systemClock,
  });
}
