import { createLogger, systemClock } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { openEventLog } from '../event-log/open.ts';
import { connectPostgres } from '../relational/postgres.ts';
import { streamEngineConformance } from './conformance.ts';
import { backlogConformance } from './conformance-backlog.ts';
import { misfitsConformance } from './conformance-misfits.ts';
import { steeringConformance } from './conformance-steering.ts';
import { openStreamEngine } from './open.ts';
import type { StreamEngine } from './port.ts';
import type { StreamUnderTest } from './stream-under-test.ts';

const log = createLogger({ name: 'test', level: 'silent' });

const repeatSql = `WITH raised AS (
    UPDATE event_log.partition p SET next_offset = p.next_offset + 1
    FROM event_log.record r JOIN event_log.topic t USING (topic_id)
    WHERE t.name = $1 AND r.event_id = $2 AND p.topic_id = r.topic_id AND p.partition = r.partition
    RETURNING p.topic_id, p.partition, p.next_offset - 1 AS record_offset, r.timestamp_ms, r.event
  ) INSERT INTO event_log.record (topic_id, partition, record_offset, timestamp_ms, event_id, event)
  SELECT topic_id, partition, record_offset, timestamp_ms, gen_random_uuid(), event FROM raised`;

async function open(): Promise<StreamUnderTest> {
  const relational = await freshDatabase();
  const eventLog = await openEventLog('embedded:', { relational, log });
  return {
    relational,
    eventLog,
    // This log would leave it out: it gets it as a record of its own, as Kafka keeps what a producer repeats after a crash.
    repeat: async (topic, event) => {
      await relational.query(repeatSql, [topic, event.id]);
    },
    connect: async (): Promise<StreamEngine> => {
      const own = connectPostgres(relational.url, { log, poolSize: 6, applicationName: 'stream engine' });
      const ownLog = await openEventLog('embedded:', { relational: own, log });
      const engine = await openStreamEngine('embedded:', {
        relational: own,
        eventLog: ownLog,
        eventLogUrl: 'embedded:',
        clock: systemClock,
        log,
      });
      const close = engine[Symbol.asyncDispose].bind(engine);
      let closed: Promise<void> | undefined;
      const closeAll = async (): Promise<void> => {
        await close();
        await ownLog[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      };
      return Object.assign(engine, {
        [Symbol.asyncDispose]: () => {
          closed ??= closeAll();
          return closed;
        },
      });
    },
    [Symbol.asyncDispose]: async () => {
      await eventLog[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
}

streamEngineConformance(open);
steeringConformance(open, 15_000);
misfitsConformance(open, 15_000);
backlogConformance(open, 30_000);
