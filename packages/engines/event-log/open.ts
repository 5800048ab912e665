import type { Logger } from '@tributary/runtime';
import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import { parseKafkaUrl } from '../kafka/address.ts';
import type { Relational } from '../relational/port.ts';
import type { EventLog } from './port.ts';

const setting = 'EVENT_LOG_URL';

export interface OpenEventLogOptions {
  /** Where `embedded:` keeps its tables, and what says whose a Kafka is. The caller closes it, after the log. */
  readonly relational: Relational;
  readonly log: Logger;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

export interface AttachEventLogOptions {
  readonly log: Logger;
  /** The database of the running product, for a log that has its tables there, and for who writes to one that may be another installation's. */
  readonly openDatabase: () => Promise<Relational>;
  /** Whether anything is written. Who only looks needs no database for a Kafka, and is refused none. */
  readonly writes: boolean;
}

/**
 * Opens the event log by URL: `embedded:` is tables in PostgreSQL, `kafka:` and `kafkas:` (TLS) are a Kafka.
 * @throws CodedError CONFIG_INVALID, also for a Kafka of another installation and for one that is ahead of the database, ENGINE_UNAVAILABLE
 */
export async function openEventLog(url: string, options: OpenEventLogOptions): Promise<EventLog> {
  const { relational, log, production = false, allowEmbedded = false } = options;
  const { scheme } = checkEventLogUrl(url, { production, allowEmbedded });
  if (scheme !== 'embedded') {
    const { openKafkaEventLog } = await import('./kafka.ts');
    return openKafkaEventLog(parseKafkaUrl(url, setting), log, relational);
  }
  const { openEmbeddedEventLog } = await import('./embedded.ts');
  return openEmbeddedEventLog({ relational, log, upkeep: true });
}

/**
 * Opens the log of a running product beside the processes that it belongs to: makes no tables, claims no Kafka and trims nothing.
 * @throws CodedError CONFIG_INVALID, also as `openEventLog` for who writes, ENGINE_UNAVAILABLE
 */
export async function attachEventLog(
  url: string,
  { log, openDatabase, writes }: AttachEventLogOptions,
): Promise<EventLog> {
  const { scheme } = checkEventLogUrl(url, { production: false, allowEmbedded: true });
  if (scheme !== 'embedded') {
    const { attachKafkaEventLog, openKafkaEventLog } = await import('./kafka.ts');
    const address = parseKafkaUrl(url, setting);
    if (!writes) return openKafkaEventLog(address, log);
    await using relational = await openDatabase();
    return await attachKafkaEventLog(address, log, relational);
  }
  const { attachEmbeddedEventLog } = await import('./embedded-attached.ts');
  return attachEmbeddedEventLog(await openDatabase(), log);
}

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkEventLogUrl(url: string, leave: EngineLeave): EngineUrl {
  const engine = parseEngineUrl(url, { setting, schemes: ['embedded', 'kafka', 'kafkas'], ...leave });
  if (engine.scheme !== 'embedded') parseKafkaUrl(url, setting);
  return engine;
}
