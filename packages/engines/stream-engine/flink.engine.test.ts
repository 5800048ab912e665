import { createLogger, newId, systemClock } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { inject, vi } from 'vitest';
import { openEventLog } from '../event-log/open.ts';
import { connectPostgres } from '../relational/postgres.ts';
import { type StreamUnderTest, streamEngineConformance } from './conformance.ts';
import { parseFlinkUrl } from './flink-address.ts';
import { FlinkGateway } from './flink-gateway.ts';
import { openStreamEngine } from './open.ts';
import type { StreamEngine } from './port.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const engines = inject('engines');
const kafkaUrl = engines['KAFKA_URL'] ?? 'missing: run npm run test:engines -- flink';
const flinkUrl = `${engines['FLINK_URL'] ?? 'missing'}&commitMs=200`;
/** A job is compiled, started and committed before its first result. */
const patienceMs = 60_000;
vi.setConfig({ testTimeout: 180_000 });

async function open(): Promise<StreamUnderTest> {
  const relational = await freshDatabase();
  const eventLogUrl = `${kafkaUrl}/t${newId().slice(-12)}.`;
  const eventLog = await openEventLog(eventLogUrl, { relational, log });
  return {
    relational,
    eventLog,
    connect: async (): Promise<StreamEngine> => {
      const own = connectPostgres(relational.url, { log, poolSize: 6, applicationName: 'stream engine' });
      const ownLog = await openEventLog(eventLogUrl, { relational: own, log });
      const options = { relational: own, eventLog: ownLog, eventLogUrl, clock: systemClock, log };
      const engine = await openStreamEngine(flinkUrl, options);
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
      await cancelAll(relational);
      await eventLog[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
}

/** Jobs outlive the engine that started them; tests leave none. */
async function cancelAll(relational: StreamUnderTest['relational']): Promise<void> {
  const { rows } = await relational
    .query<{ name: string }>('SELECT name FROM stream.installation')
    .catch(() => ({ rows: [] }));
  const gateway = new FlinkGateway(parseFlinkUrl(flinkUrl, 'FLINK_URL'));
  for (const { id, name } of await gateway.jobs())
    if (rows.some((row) => name.startsWith(`tributary/${row.name}/`))) await gateway.cancel(id);
}

streamEngineConformance(open, patienceMs);
