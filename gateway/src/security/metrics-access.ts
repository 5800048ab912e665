import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopback } from '@tributary/runtime';

/** Who may read `/metrics` at the public door: anybody, nobody, or who shows the token. */
export type MetricsAccess = 'open' | 'closed' | { readonly token: string };

/**
 * What a process figures out of itself is for its operators. Without a token the door is open where this machine alone reaches it, and elsewhere
 * there is none.
 */
export function metricsAccess(config: {
  readonly host: string;
  readonly trustProxy: boolean;
  readonly token: string | undefined;
}): MetricsAccess {
  if (config.token !== undefined) return { token: config.token };
  return isLoopback(config.host) && !config.trustProxy ? 'open' : 'closed';
}

/** Whether an Authorization header shows the token, in a time that does not depend on it. */
export function showsToken(authorization: string | undefined, token: string): boolean {
  const shown = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(shown), digest(token));
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
