import type { Door } from '@tributary/subgraph-kit';
import type { SigningKeys } from './adapters/signing-keys.ts';
import { keySetMaxAgeMs } from './domain/signing-key-schedule.ts';

const path = '/.well-known/jwks.json';

/** The public keys that verify access tokens (RFC 7517). A key is here before it signs and until its last token expired. */
export function keySetDoor(keys: SigningKeys): Door {
  return {
    prefixes: [path],
    handle: async ({ method, path: asked }) => {
      if (asked !== path) return { status: 404, headers: {}, body: '' };
      if (method !== 'GET' && method !== 'HEAD')
        return { status: 405, headers: { allow: 'GET, HEAD' }, body: '' };
      const body = JSON.stringify({ keys: await keys.published() });
      const maxAge = keySetMaxAgeMs / 1000;
      const headers = {
        'content-type': 'application/jwk-set+json',
        'cache-control': `public, max-age=${maxAge}, stale-if-error=86400`,
        'x-content-type-options': 'nosniff',
      };
      return { status: 200, headers, body: method === 'HEAD' ? '' : body };
    },
  };
}
