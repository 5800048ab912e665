import { join } from 'node:path';
import type { Clock } from '@tributary/runtime';
import { type EngineLeave, folderOfFileUrl, parseEngineUrl } from '../engine-url.ts';
import type { ObjectStore } from './port.ts';
import type { PresignedTokens } from './presigned-tokens.ts';

const setting = 'OBJECT_STORE_URL';

export interface OpenObjectStoreOptions {
  /** `embedded:` keeps its objects in `objects` below it. */
  readonly dataDir: string;
  /** Make the presigned requests of stores that cannot answer HTTP themselves. */
  readonly tokens: PresignedTokens;
  readonly clock: Clock;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the object store by URL: `embedded:`, or `file:///an/absolute/path` for a folder elsewhere, such as a mounted volume.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE, INSUFFICIENT_STORAGE
 */
export async function openObjectStore(url: string, options: OpenObjectStoreOptions): Promise<ObjectStore> {
  const { dataDir, tokens, clock, production = false, allowEmbedded = false } = options;
  const folder = checkObjectStoreUrl(url, { production, allowEmbedded }) ?? join(dataDir, 'objects');
  const { openEmbeddedObjectStore } = await import('./embedded.ts');
  return await openEmbeddedObjectStore({ folder, tokens, clock });
}

/** The folder a URL names, undefined where it leaves the choice; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkObjectStoreUrl(url: string, leave: EngineLeave): string | undefined {
  const { scheme } = parseEngineUrl(url, { setting, schemes: ['embedded', 'file'], ...leave });
  return scheme === 'file' ? folderOfFileUrl(url, setting) : undefined;
}
