import type { Clock } from '@tributary/runtime';
import { parseEngineUrl } from '../engine-url.ts';
import type { KeyValue } from './port.ts';

export interface OpenKeyValueOptions {
  readonly clock: Clock;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the key-value store by URL; `embedded:` is the memory of this process.
 * @throws CodedError CONFIG_INVALID for any other scheme.
 */
export async function openKeyValue(url: string, options: OpenKeyValueOptions): Promise<KeyValue> {
  const { clock, production = false, allowEmbedded = false } = options;
  parseEngineUrl(url, { setting: 'KEY_VALUE_URL', schemes: ['embedded'], production, allowEmbedded });
  const { EmbeddedKeyValue } = await import('./embedded.ts');
  return new EmbeddedKeyValue({ clock });
}
