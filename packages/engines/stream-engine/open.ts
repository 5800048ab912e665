import { type Clock, CodedError, type Logger } from '@tributary/runtime';
import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import type { EventLog } from '../event-log/port.ts';
import { parseKafkaUrl } from '../kafka/address.ts';
import type { Relational } from '../relational/port.ts';
import { parseFlinkUrl } from './flink-address.ts';
import type { StreamEngine } from './port.ts';

export interface OpenStreamEngineOptions {
  /** Where state and results are kept, and the log that is read. The caller closes both, after the engine. */
  readonly relational: Relational;
  readonly eventLog: EventLog;
  /** What the log was opened by; Flink reads it there. */
  readonly eventLogUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

const setting = 'STREAM_ENGINE_URL';

/**
 * Opens the stream engine by URL: `embedded:` computes in the processes that run it, one at a time; `flink:` and `flinks:` (HTTPS) on a Flink cluster, which
 * needs the log to be a Kafka.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE
 */
export async function openStreamEngine(url: string, options: OpenStreamEngineOptions): Promise<StreamEngine> {
  const { production = false, allowEmbedded = false, eventLogUrl } = options;
  const { scheme } = checkStreamEngineUrl(url, { production, allowEmbedded, eventLogUrl });
  if (scheme !== 'embedded') {
    const { openFlinkStreamEngine } = await import('./flink.ts');
    const kafkaAddress = parseKafkaUrl(eventLogUrl, 'EVENT_LOG_URL');
    return openFlinkStreamEngine(parseFlinkUrl(url, setting), { ...options, kafkaAddress });
  }
  const { openEmbeddedStreamEngine } = await import('./embedded.ts');
  return openEmbeddedStreamEngine(options);
}

/** Which adapter a URL chooses, beside that of the log; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkStreamEngineUrl(
  url: string,
  { eventLogUrl, ...leave }: EngineLeave & { readonly eventLogUrl: string },
): EngineUrl {
  const engine = parseEngineUrl(url, { setting, schemes: ['embedded', 'flink', 'flinks'], ...leave });
  if (engine.scheme === 'embedded') return engine;
  parseFlinkUrl(url, setting);
  if (!/^kafkas?:/.test(eventLogUrl))
    throw new CodedError(
      'CONFIG_INVALID',
      `${setting} names a Flink, which reads Kafka alone: let EVENT_LOG_URL be a kafka: too, or ${setting} embedded:.`,
      { details: { setting } },
    );
  return engine;
}
