import type { EventLog } from '@tributary/engines/event-log';
import { openEventLog } from '@tributary/engines/event-log/open';
import type { KeyProvider } from '@tributary/engines/key-provider';
import { openKeyProvider } from '@tributary/engines/key-provider/open';
import { ensureOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { applyMigrations } from '@tributary/prisma';
import { type Closing, systemClock as clock, type Logger } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import type { JobsConfig } from './config.ts';

export interface Engines {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly keyProvider: KeyProvider;
}

/** Opens the engines of the split form, with tables, outbox and topics in place; `closing` closes them in reverse. */
export async function openEngines(config: JobsConfig, closing: Closing, log: Logger): Promise<Engines> {
  const options = { ...config, log };
  const relational = closing.use('database', await openRelational(config.databaseUrl, options));
  const onRelational = { ...options, relational };
  const eventLog = closing.use('event log', await openEventLog(config.eventLogUrl, onRelational));
  const keyProvider = closing.use(
    'key provider',
    await openKeyProvider(config.keyProviderUrl, { ...options, clock }),
  );
  await applyMigrations(relational.pool, log);
  await ensureOutbox(relational);
  await eventLog.declareTopics(topicContracts());
  return { relational, eventLog, keyProvider };
}
