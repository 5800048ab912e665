import { attachEventLog } from '@tributary/engines/event-log/open';
import { createLogger } from '@tributary/runtime';
import { inject } from 'vitest';

/** What the Kafka of this run holds for one product, asked beside it and not by its way. */
export interface LogEnds extends AsyncDisposable {
  /** Events about records that are in the log, as the log counts them. */
  records(): Promise<number>;
}

export async function openLogEnds(product: string): Promise<LogEnds> {
  const url = `${inject('engines')['KAFKA_URL']}/${product}.`;
  const log = createLogger({ name: 'test', level: 'silent' });
  // Only the log in a database reads that.
  const eventLog = await attachEventLog(url, { log, openDatabase: noDatabase, writes: false });
  return {
    records: async () => (await eventLog.end('data.record')).reduce((sum, offset) => sum + offset, 0),
    [Symbol.asyncDispose]: () => eventLog[Symbol.asyncDispose](),
  };
}

function noDatabase(): Promise<never> {
  return Promise.reject(new Error('A Kafka needs no database.'));
}
