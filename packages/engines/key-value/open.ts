import type { Clock, Logger } from '@tributary/runtime';
import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import { partedByName } from '../installation/parted-by-name.ts';
import { parseRedisUrl } from '../redis/address.ts';
import type { Sql } from '../relational/port.ts';
import type { KeyValue } from './port.ts';

export interface OpenKeyValueOptions {
  /** Of `embedded:`; a server goes by its own. */
  readonly clock: Clock;
  readonly log?: Logger;
  /** By which installations on one server are told apart. */
  readonly relational: Sql;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the key-value store by URL: `embedded:` is the memory of this process, `redis://…` and `rediss://…` a Redis.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE
 */
export async function openKeyValue(url: string, options: OpenKeyValueOptions): Promise<KeyValue> {
  const { clock, log, relational, production = false, allowEmbedded = false } = options;
  const { scheme } = checkKeyValueUrl(url, { production, allowEmbedded });
  if (scheme !== 'embedded') {
    const { RedisKeyValue } = await import('./redis.ts');
    return RedisKeyValue.open(await partedByName(parseRedisUrl(url, setting), relational), log);
  }
  const { EmbeddedKeyValue } = await import('./embedded.ts');
  return new EmbeddedKeyValue({ clock });
}

const setting = 'KEY_VALUE_URL';

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkKeyValueUrl(url: string, leave: EngineLeave): EngineUrl {
  const chosen = parseEngineUrl(url, { setting, schemes: ['embedded', 'redis', 'rediss'], ...leave });
  if (chosen.scheme !== 'embedded') parseRedisUrl(url, setting);
  return chosen;
}
