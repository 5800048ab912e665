import type { Clock, Logger } from '@tributary/runtime';
import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import type { EventLog } from '../event-log/port.ts';
import type { Relational } from '../relational/port.ts';
import type { StreamEngine } from './port.ts';

export interface OpenStreamEngineOptions {
  /** Where `embedded:` keeps state and results, and the log it reads. The caller closes both, after the engine. */
  readonly relational: Relational;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly log: Logger;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the stream engine by URL: `embedded:` computes in the processes that run it, one at a time.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE
 */
export async function openStreamEngine(url: string, options: OpenStreamEngineOptions): Promise<StreamEngine> {
  const { production = false, allowEmbedded = false } = options;
  checkStreamEngineUrl(url, { production, allowEmbedded });
  const { openEmbeddedStreamEngine } = await import('./embedded.ts');
  return openEmbeddedStreamEngine(options);
}

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkStreamEngineUrl(url: string, leave: EngineLeave): EngineUrl {
  return parseEngineUrl(url, { setting: 'STREAM_ENGINE_URL', schemes: ['embedded'], ...leave });
}
