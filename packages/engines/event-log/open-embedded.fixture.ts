import { createLogger } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import type { Relational } from '../relational/port.ts';
import { connectPostgres } from '../relational/postgres.ts';
import type { LogUnderTest } from './conformance-events.ts';
import { openEventLog } from './open.ts';
import type { EventLog } from './port.ts';

const log = createLogger({ name: 'test', level: 'silent' });

export interface EmbeddedLogUnderTest extends LogUnderTest {
  /** The database behind the log, for what only a look behind the port can show. */
  readonly relational: Relational;
}

/** A log in a database of its own; each client has a pool of its own, as a process would. */
export async function openEmbedded(): Promise<EmbeddedLogUnderTest> {
  const relational = await freshDatabase();
  return {
    relational,
    connect: async (): Promise<EventLog> => {
      const own = connectPostgres(relational.url, { log, poolSize: 8, applicationName: 'conformance' });
      const eventLog = await openEventLog('embedded:', { relational: own, log });
      const close = eventLog[Symbol.asyncDispose].bind(eventLog);
      return Object.assign(eventLog, {
        [Symbol.asyncDispose]: async () => {
          await close();
          await own[Symbol.asyncDispose]();
        },
      });
    },
    seats: async (group) => {
      const { rows } = await relational.query<{ memberId: string }>(
        'SELECT member_id AS "memberId" FROM event_log.group_member WHERE group_name = $1',
        [group],
      );
      return rows.map(({ memberId }) => memberId);
    },
    unseat: async (group, seat) => {
      await relational.query(
        `UPDATE event_log.group_member SET expires_at = now() - interval '1 second' WHERE group_name = $1 AND member_id = $2`,
        [group, seat],
      );
    },
    [Symbol.asyncDispose]: () => relational[Symbol.asyncDispose](),
  };
}
