import type { Clock } from '@tributary/runtime';
import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
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
  checkKeyValueUrl(url, { production, allowEmbedded });
  const { EmbeddedKeyValue } = await import('./embedded.ts');
  return new EmbeddedKeyValue({ clock });
}

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkKeyValueUrl(url: string, leave: EngineLeave): EngineUrl {
  return parseEngineUrl(url, { setting: 'KEY_VALUE_URL', schemes: ['embedded'], ...leave });
}
