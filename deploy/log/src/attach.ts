import type { EventLog } from '@tributary/engines/event-log';
import { attachEventLog } from '@tributary/engines/event-log/open';
import { runningDatabaseUrl } from '@tributary/engines/relational/open';
import { connectPostgres } from '@tributary/engines/relational/postgres';
import type { Logger } from '@tributary/runtime';
import type { LogPlace } from './config.ts';

/** `look`: the database itself refuses to write. `ask`: a Kafka of another installation is refused, as the product refuses it. */
export type Purpose = 'look' | 'ask';

/**
 * Opens the log of a running product beside it: makes no tables, trims nothing, joins no group, starts no server.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE that says what to start or correct
 */
export function attach(place: LogPlace, purpose: Purpose, log: Logger): Promise<EventLog> {
  const { eventLogUrl, databaseUrl, dataDir } = place;
  return attachEventLog(eventLogUrl, {
    log,
    writes: purpose === 'ask',
    openDatabase: async () => {
      const url = await runningDatabaseUrl(databaseUrl, dataDir);
      const options = { log, poolSize: 3, applicationName: 'tributary log' };
      return connectPostgres(purpose === 'ask' ? url : readOnly(url), options);
    },
  });
}

function readOnly(url: string): string {
  const asked = new URL(url);
  asked.searchParams.set('options', '-c default_transaction_read_only=on');
  // A plus is a plus in what PostgreSQL is told, not a space.
  return asked.href.replaceAll('+', '%20');
}
