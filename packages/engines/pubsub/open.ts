import { type EngineLeave, type EngineUrl, parseEngineUrl } from '../engine-url.ts';
import type { Relational } from '../relational/port.ts';
import type { PubSub } from './port.ts';

export interface OpenPubSubOptions {
  /** Carries the messages of `embedded:`; stays the caller's to close. */
  readonly relational: Relational;
  readonly production?: boolean;
  readonly allowEmbedded?: boolean;
}

/**
 * Opens the fan-out between processes by URL; `embedded:` rides on PostgreSQL's NOTIFY.
 * @throws CodedError CONFIG_INVALID for any other scheme.
 */
export async function openPubSub(url: string, options: OpenPubSubOptions): Promise<PubSub> {
  const { relational, production = false, allowEmbedded = false } = options;
  checkPubSubUrl(url, { production, allowEmbedded });
  const { EmbeddedPubSub } = await import('./embedded.ts');
  return new EmbeddedPubSub(relational);
}

/** Which adapter a URL chooses; opens nothing. @throws CodedError CONFIG_INVALID */
export function checkPubSubUrl(url: string, leave: EngineLeave): EngineUrl {
  return parseEngineUrl(url, { setting: 'PUBSUB_URL', schemes: ['embedded'], ...leave });
}
