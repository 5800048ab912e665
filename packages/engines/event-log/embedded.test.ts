import { createLogger } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { connectPostgres } from '../relational/postgres.ts';
import { describeEventLog, type LogUnderTest } from './conformance.ts';
import { openEventLog } from './open.ts';
import type { EventLog } from './port.ts';

const log = createLogger({ name: 'test', level: 'silent' });

/** A log in a database of its own; each client has a pool of its own, as a process would. */
async function open(): Promise<LogUnderTest> {
  const database = await freshDatabase();
  return {
    connect: async (): Promise<EventLog> => {
      const relational = connectPostgres(database.url, { log, poolSize: 8, applicationName: 'conformance' });
      const eventLog = await openEventLog('embedded:', { relational, log });
      const close = eventLog[Symbol.asyncDispose].bind(eventLog);
      return Object.assign(eventLog, {
        [Symbol.asyncDispose]: async () => {
          await close();
          await relational[Symbol.asyncDispose]();
        },
      });
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

describeEventLog('embedded event log', open);
