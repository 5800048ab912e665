import { join } from 'node:path';
import type { Clock, Logger } from '@tributary/runtime';
import { type EngineLeave, type EngineUrl, folderOfFileUrl, parseEngineUrl } from '../engine-url.ts';
import type { ObjectStore } from './port.ts';
import type { PresignedTokens } from './presigned-tokens.ts';
import { parseS3Url } from './s3-address.ts';

const setting = 'OBJECT_STORE_URL';

export interface OpenObjectStoreOptions {
  /** `embedded:` keeps its objects in `objects` below it. */
  readonly dataDir: string;
  /** Make the presigned requests of stores that cannot answer HTTP themselves. */
  readonly tokens: PresignedTokens;
  readonly clock: Clock;
  /** Is told what a bucket refuses while it is in use. */
  readonly log?: Logger;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the object store by URL: `embedded:`, `file:///an/absolute/path` for a folder elsewhere, such as a mounted volume, or
 * `s3://…` for a bucket.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE, INSUFFICIENT_STORAGE
 */
export async function openObjectStore(url: string, options: OpenObjectStoreOptions): Promise<ObjectStore> {
  const { dataDir, tokens, clock, log, production = false, allowEmbedded = false } = options;
  const chosen = checkObjectStoreUrl(url, { production, allowEmbedded });
  if (chosen.scheme === 's3') {
    const { S3ObjectStore } = await import('./s3.ts');
    return S3ObjectStore.open(parseS3Url(url), { clock, log });
  }
  const folder = chosen.scheme === 'file' ? folderOfFileUrl(url, setting) : join(dataDir, 'objects');
  const { openEmbeddedObjectStore } = await import('./embedded.ts');
  return await openEmbeddedObjectStore({ folder, tokens, clock });
}

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkObjectStoreUrl(url: string, leave: EngineLeave): EngineUrl {
  const chosen = parseEngineUrl(url, { setting, schemes: ['embedded', 'file', 's3'], ...leave });
  if (chosen.scheme === 'file') folderOfFileUrl(url, setting);
  if (chosen.scheme === 's3') parseS3Url(url);
  return chosen;
}
