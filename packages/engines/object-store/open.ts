import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, CodedError } from '@tributary/runtime';
import { parseEngineUrl } from '../engine-url.ts';
import type { ObjectStore } from './port.ts';
import type { PresignedTokens } from './presigned-tokens.ts';

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
  const setting = 'OBJECT_STORE_URL';
  const { scheme } = parseEngineUrl(url, {
    setting,
    schemes: ['embedded', 'file'],
    production,
    allowEmbedded,
  });
  const folder = scheme === 'file' ? folderOf(url, setting) : join(dataDir, 'objects');
  const { openEmbeddedObjectStore } = await import('./embedded.ts');
  return await openEmbeddedObjectStore({ folder, tokens, clock });
}

function folderOf(url: string, setting: string): string {
  const fault = (cause?: unknown): CodedError => {
    const message = `${setting} must name a folder as file:///an/absolute/path.`;
    return new CodedError('CONFIG_INVALID', message, { cause, details: { setting } });
  };
  // `file:folder` would be taken for a folder of the root.
  if (!/^file:\/\/[^?#]*$/.test(url)) throw fault();
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw fault(cause);
  }
}
