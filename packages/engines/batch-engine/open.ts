import type { Clock } from '@tributary/runtime';
import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import type { BatchEngine } from './port.ts';

export interface OpenBatchEngineOptions {
  readonly clock: Clock;
  /** Memory of a query, bytes. */
  readonly memoryBytes?: number;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the batch engine by URL: `embedded:` is DuckDB, a process a query.
 * @throws CodedError CONFIG_INVALID
 */
export async function openBatchEngine(url: string, options: OpenBatchEngineOptions): Promise<BatchEngine> {
  const { clock, memoryBytes, production = false, allowEmbedded = false } = options;
  checkBatchEngineUrl(url, { production, allowEmbedded });
  const { EmbeddedBatchEngine } = await import('./embedded.ts');
  const { sweepRunFolders } = await import('./run-folder.ts');
  await sweepRunFolders();
  return new EmbeddedBatchEngine({ clock, ...(memoryBytes === undefined ? {} : { memoryBytes }) });
}

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkBatchEngineUrl(url: string, leave: EngineLeave): EngineUrl {
  return parseEngineUrl(url, { setting: 'BATCH_ENGINE_URL', schemes: ['embedded'], ...leave });
}
