import { join } from 'node:path';
import type { EventLog } from '@tributary/engines/event-log';
import { checkEventLogUrl, openEventLog } from '@tributary/engines/event-log/open';
import type { Relational } from '@tributary/engines/relational';
import { runningServerUrl } from '@tributary/engines/relational/embedded-running';
import { connectPostgres } from '@tributary/engines/relational/postgres';
import { CodedError, type Logger } from '@tributary/runtime';
import type { LogPlace } from './config.ts';

/** `look`: the database itself refuses to write. */
export type Purpose = 'look' | 'ask';

/**
 * Opens the log of a running product beside it: makes no tables, trims nothing, joins no group, starts no server.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE that says what to start or correct
 */
export async function attach(place: LogPlace, purpose: Purpose, log: Logger): Promise<EventLog> {
  const { eventLogUrl } = place;
  const leave = { production: false, allowEmbedded: true };
  const upkeep = { log, upkeep: false };
  if (checkEventLogUrl(eventLogUrl, leave).scheme !== 'embedded')
    return openEventLog(eventLogUrl, { ...upkeep, relational: noDatabase });
  const relational = connectPostgres(await databaseOf(place, purpose), {
    log,
    poolSize: 3,
    applicationName: 'tributary log',
  });
  try {
    const { rows } = await relational.query<{ made: boolean }>(
      `SELECT to_regclass('event_log.topic') IS NOT NULL AS made`,
    );
    if (rows[0]?.made !== true)
      throw new CodedError(
        'CONFIG_INVALID',
        'There is no event log in this database yet; start the product once.',
      );
    const eventLog = await openEventLog(eventLogUrl, { ...upkeep, relational });
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

/** Kafka needs none; who used it all the same would be told by this. */
const noDatabase = undefined as unknown as Relational;

async function databaseOf({ databaseUrl, dataDir }: LogPlace, purpose: Purpose): Promise<string> {
  const url = databaseUrl.startsWith('embedded:') ? await embeddedUrl(dataDir) : databaseUrl;
  if (purpose === 'ask') return url;
  const readOnly = new URL(url);
  readOnly.searchParams.set('options', '-c default_transaction_read_only=on');
  // A plus is a plus in what PostgreSQL is told, not a space.
  return readOnly.href.replaceAll('+', '%20');
}

async function embeddedUrl(dataDir: string): Promise<string> {
  const found = await runningServerUrl(join(dataDir, 'postgres')).catch((cause: NodeJS.ErrnoException) => {
    const message = `The data folder ${dataDir} cannot be read (${cause.code}); run this as the user who runs the product.`;
    throw new CodedError('CONFIG_INVALID', message, { cause });
  });
  if (found !== undefined) return found;
  throw new CodedError(
    'ENGINE_UNAVAILABLE',
    `No product runs on the data folder ${dataDir}; start it, or name another with DATA_DIR.`,
  );
}
