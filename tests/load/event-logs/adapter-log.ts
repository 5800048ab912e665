import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog, LogEvent } from '@tributary/engines/event-log';
import { attachEventLog, openEventLog } from '@tributary/engines/event-log/open';
import { startEmbeddedPostgres } from '@tributary/engines/relational/embedded';
import { connectPostgres } from '@tributary/engines/relational/postgres';
import { Closing, createLogger, newId } from '@tributary/runtime';

export interface MeasuredLog extends AsyncDisposable {
  append(events: readonly LogEvent[]): Promise<void>;
  /** Reads what is appended from now on; the handler gets the ids of events that were parsed. */
  read(onIds: (ids: readonly string[]) => void): Promise<AsyncDisposable>;
}

const silent = createLogger({ name: 'load', level: 'silent' });

/** Our log on the Kafka at a URL. */
export async function adapterLog(url: string, partitions: number): Promise<MeasuredLog> {
  return measuredLog(
    await attachEventLog(url, { log: silent, openDatabase: noDatabase, writes: false }),
    partitions,
  );
}

/** Our log in tables of a PostgreSQL that is started for it. */
export async function embeddedLog(partitions: number): Promise<MeasuredLog> {
  const closing = new Closing();
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-load-'));
  closing.use('folder', { [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }) });
  const server = closing.use('server', await startEmbeddedPostgres({ dataDir }));
  const relational = closing.use(
    'database',
    connectPostgres(server.url, { log: silent, poolSize: 12, applicationName: 'load' }),
  );
  const eventLog = closing.use('log', await openEventLog('embedded:', { relational, log: silent }));
  const measured = await measuredLog(eventLog, partitions);
  return { ...measured, [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose]() };
}

async function measuredLog(eventLog: EventLog, partitions: number): Promise<MeasuredLog> {
  const topic = `load.${newId()}`;
  await eventLog.declareTopics([{ name: topic, partitions, retentionMs: 3_600_000 }]);
  return {
    append: (events) => eventLog.append(topic, events),
    read: (onIds) =>
      eventLog.tail({ topics: [topic], onRecords: (records) => onIds(records.map(({ event }) => event.id)) }),
    [Symbol.asyncDispose]: async () => eventLog[Symbol.asyncDispose](),
  };
}

function noDatabase(): Promise<never> {
  return Promise.reject(new Error('A Kafka needs no database.'));
}
