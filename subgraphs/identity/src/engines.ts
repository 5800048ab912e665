import type { EventLog } from '@tributary/engines/event-log';
import { openEventLog } from '@tributary/engines/event-log/open';
import type { KeyValue } from '@tributary/engines/key-value';
import { openKeyValue } from '@tributary/engines/key-value/open';
import { ensureOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import { openRelational } from '@tributary/engines/relational/open';
import { applyMigrations } from '@tributary/prisma';
import type { Clock, Closing, Logger } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema';
import type { IdentityConfig } from './config.ts';

export interface Engines {
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly keyValue: KeyValue;
  /** The topics that are audited. */
  readonly topics: readonly string[];
}

/** Opens what the split form needs, with tables, outbox and topics in place. Closing closes in reverse. */
export async function openEngines(
  closing: Closing,
  config: IdentityConfig,
  { log, clock }: { readonly log: Logger; readonly clock: Clock },
): Promise<Engines> {
  const { dataDir, production, allowEmbedded } = config;
  const options = { log, clock, dataDir, production, allowEmbedded };
  const relational = closing.use('database', await openRelational(config.databaseUrl, options));
  const eventLog = closing.use(
    'event log',
    await openEventLog(config.eventLogUrl, { ...options, relational }),
  );
  const keyValue = closing.use(
    'key-value store',
    await openKeyValue(config.keyValueUrl, { ...options, relational }),
  );
  await applyMigrations(relational.pool, log);
  await ensureOutbox(relational);
  const contracts = topicContracts();
  await eventLog.declareTopics(contracts);
  return {
    relational,
    eventLog,
    keyValue,
    topics: contracts.filter(({ audited }) => audited).map(({ name }) => name),
  };
}
