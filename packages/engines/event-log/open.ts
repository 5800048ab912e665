import type { Logger } from '@tributary/runtime';
import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import type { Relational } from '../relational/port.ts';
import type { EventLog } from './port.ts';

export interface OpenEventLogOptions {
  /** Where `embedded:` keeps its tables. The caller closes it, after the log. */
  readonly relational: Relational;
  readonly log: Logger;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the event log by URL: `embedded:` is tables in PostgreSQL.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE
 */
export async function openEventLog(url: string, options: OpenEventLogOptions): Promise<EventLog> {
  const { relational, log, production = false, allowEmbedded = false } = options;
  checkEventLogUrl(url, { production, allowEmbedded });
  const { openEmbeddedEventLog } = await import('./embedded.ts');
  return openEmbeddedEventLog(relational, log);
}

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkEventLogUrl(url: string, leave: EngineLeave): EngineUrl {
  return parseEngineUrl(url, { setting: 'EVENT_LOG_URL', schemes: ['embedded'], ...leave });
}
