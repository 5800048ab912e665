import type { Clock } from '@tributary/runtime';
import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import type { BatchEngine } from './port.ts';
import { parseSparkUrl } from './spark-address.ts';

export interface OpenBatchEngineOptions {
  readonly clock: Clock;
  /** Memory of a query, bytes. */
  readonly memoryBytes?: number;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

const setting = 'BATCH_ENGINE_URL';

/**
 * Opens the batch engine by URL: `embedded:` is DuckDB, a process a query; `spark:` and `sparks:` (TLS) a Spark Connect server.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE
 */
export async function openBatchEngine(url: string, options: OpenBatchEngineOptions): Promise<BatchEngine> {
  const { clock, memoryBytes, production = false, allowEmbedded = false } = options;
  const { scheme } = checkBatchEngineUrl(url, { production, allowEmbedded });
  if (scheme !== 'embedded') {
    const { openSparkBatchEngine } = await import('./spark.ts');
    return openSparkBatchEngine(parseSparkUrl(url, setting), clock);
  }
  const { EmbeddedBatchEngine } = await import('./embedded.ts');
  const { sweepRunFolders } = await import('./run-folder.ts');
  await sweepRunFolders();
  return new EmbeddedBatchEngine({ clock, ...(memoryBytes === undefined ? {} : { memoryBytes }) });
}

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkBatchEngineUrl(url: string, leave: EngineLeave): EngineUrl {
  const engine = parseEngineUrl(url, { setting, schemes: ['embedded', 'spark', 'sparks'], ...leave });
  if (engine.scheme !== 'embedded') parseSparkUrl(url, setting);
  return engine;
}
