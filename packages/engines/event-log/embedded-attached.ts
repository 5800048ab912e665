import { CodedError, type Logger } from '@tributary/runtime';
import type { Relational } from '../relational/port.ts';
import { openEmbeddedEventLog } from './embedded.ts';
import type { EventLog } from './port.ts';

/** The log that another process keeps in this database, which is closed with it. @throws CodedError CONFIG_INVALID when none was made there yet */
export async function attachEmbeddedEventLog(relational: Relational, log: Logger): Promise<EventLog> {
  try {
    const { rows } = await relational.query<{ made: boolean }>(
      `SELECT to_regclass('event_log.topic') IS NOT NULL AS made`,
    );
    if (rows[0]?.made !== true)
      throw new CodedError(
        'CONFIG_INVALID',
        'There is no event log in this database yet; start the product once.',
      );
    const eventLog = await openEmbeddedEventLog({ relational, log, upkeep: false });
    const close = eventLog[Symbol.asyncDispose].bind(eventLog);
    return Object.assign(eventLog, {
      [Symbol.asyncDispose]: async () => {
        await close();
        await relational[Symbol.asyncDispose]();
      },
    });
  } catch (error) {
    await relational[Symbol.asyncDispose]();
    throw error;
  }
}
