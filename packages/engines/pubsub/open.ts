import type { Logger } from '@tributary/runtime';
import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import { partedByName } from '../installation/parted-by-name.ts';
import { parseRedisUrl } from '../redis/address.ts';
import type { Relational } from '../relational/port.ts';
import type { PubSub } from './port.ts';

export interface OpenPubSubOptions {
  readonly log?: Logger;
  /** Carries the messages of `embedded:`, and tells installations on one Redis apart; stays the caller's to close. */
  readonly relational: Relational;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the fan-out between processes by URL: `embedded:` rides on PostgreSQL's NOTIFY, `redis://…` and `rediss://…` on a Redis.
 * @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE
 */
export async function openPubSub(url: string, options: OpenPubSubOptions): Promise<PubSub> {
  const { relational, log, production = false, allowEmbedded = false } = options;
  const { scheme } = checkPubSubUrl(url, { production, allowEmbedded });
  if (scheme !== 'embedded') {
    const { RedisPubSub } = await import('./redis.ts');
    return RedisPubSub.open(await partedByName(parseRedisUrl(url, setting), relational), log);
  }
  const { EmbeddedPubSub } = await import('./embedded.ts');
  return new EmbeddedPubSub(relational, log);
}

const setting = 'PUBSUB_URL';

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkPubSubUrl(url: string, leave: EngineLeave): EngineUrl {
  const chosen = parseEngineUrl(url, { setting, schemes: ['embedded', 'redis', 'rediss'], ...leave });
  if (chosen.scheme !== 'embedded') parseRedisUrl(url, setting);
  return chosen;
}
