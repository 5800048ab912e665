import { join } from 'node:path';
import type { Clock } from '@tributary/runtime';
import { type EngineLeave, folderOfFileUrl, parseEngineUrl } from '../engine-url.ts';
import type { KeyProvider } from './port.ts';

const setting = 'KEY_PROVIDER_URL';

export interface OpenKeyProviderOptions {
  /** `embedded:` keeps wrapping keys in `wrapping-keys` below it. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the key provider by URL: `embedded:`, or `file:///an/absolute/path` for a folder elsewhere, such as a volume of secrets.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE
 */
export async function openKeyProvider(url: string, options: OpenKeyProviderOptions): Promise<KeyProvider> {
  const { dataDir, clock, production = false, allowEmbedded = false } = options;
  const folder = checkKeyProviderUrl(url, { production, allowEmbedded }) ?? join(dataDir, 'wrapping-keys');
  const { openEmbeddedKeyProvider } = await import('./embedded.ts');
  return await openEmbeddedKeyProvider({ folder, clock });
}

/** The folder a URL names, undefined where it leaves the choice; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkKeyProviderUrl(url: string, leave: EngineLeave): string | undefined {
  const { scheme } = parseEngineUrl(url, { setting, schemes: ['embedded', 'file'], ...leave });
  return scheme === 'file' ? folderOfFileUrl(url, setting) : undefined;
}
