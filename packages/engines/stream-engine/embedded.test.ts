import { createLogger, systemClock } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import type { EventLog } from '../event-log/port.ts';
import { connectPostgres } from '../relational/postgres.ts';
import { type StreamUnderTest, streamEngineConformance } from './conformance.ts';
import { eventOf, recordOf, rowOf, testPipeline } from './conformance-rows.ts';
import { steeringConformance } from './conformance-steering.ts';
import { PipelineRunner } from './embedded-pipeline-runner.ts';
import { createStreamSchema } from './embedded-schema.ts';
import { openStreamEngine } from './open.ts';
import type { StreamEngine } from './port.ts';

const log = createLogger({ name: 'test', level: 'silent' });

async function open(): Promise<StreamUnderTest> {
  const relational = await freshDatabase();
  const eventLog = await openEventLog('embedded:', { relational, log });
  return {
    relational,
    eventLog,
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

test('an event the log holds twice counts once, also when the process was started between the two', async () => {
  await using relational = await freshDatabase();
  await createStreamSchema(relational, 'scripted');
  const { rows } = await relational.query<{ id: number }>(
    "INSERT INTO stream.pipeline (name, fingerprint) VALUES ('test', '') RETURNING pipeline_id AS id",
  );
  const records = ['a', 'b', 'a', 'c', 'b'].map((id, offset) =>
    recordOf(eventOf(id, { properties: rowOf({ timeMs: 1_000, place: 'DTW', amount: 1 }) }), offset),
  );
  // Kafka keeps what a producer repeats after a crash; the embedded log would leave it out, so it is scripted here.
  const eventLog = {
    beginning: async () => [0],
    end: async () => [records.length],
    read: async ({ fromOffset, limit }: { fromOffset: number; limit: number }) =>
      records.slice(fromOffset, fromOffset + limit),
  } as unknown as EventLog;
  const deployed = { id: rows[0]?.id ?? 0, pipeline: testPipeline({ groupings: [[]] }), fingerprint: '' };
  for (const part of [records.slice(0, 2), records.slice(2)]) {
    const deps = { sql: relational, eventLog, logId: 'scripted', clock: systemClock };
    const runner = await PipelineRunner.resume(deployed, deps);
    const prepared = await runner.prepare(part);
    await relational.transaction(async (tx) => prepared?.store(tx));
  }
  expect((await relational.query('SELECT row_count::int AS n FROM stream.cell')).rows).toEqual([{ n: 3 }]);
});
