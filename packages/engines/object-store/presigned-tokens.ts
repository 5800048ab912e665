import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Clock, CodedError } from '@tributary/runtime';
import { checkPresignRequest } from './object-check.ts';
import type { PresignedRequest, PresignRequest } from './port.ts';

/** What a request may do that carries a token of ours. */
export type PresignedGrant =
  | Omit<Extract<PresignRequest, { method: 'GET' }>, 'expiresInSeconds'>
  | Omit<Extract<PresignRequest, { method: 'PUT' }>, 'expiresInSeconds'>;

export interface PresignedTokensOptions {
  /** Shared by all processes that sign or verify; 16 bytes at least. */
  readonly secret: string | Uint8Array;
  /** Where the door is that answers: tokens follow it in the path. */
  readonly path: string;
  readonly clock: Clock;
}

/** Presigned requests that come to the product's own door, for stores that cannot answer HTTP, or must not answer without us. */
export interface PresignedTokens {
  presign(request: PresignRequest): PresignedRequest;
  /**
   * What the token lets this method do. For a PUT the door writes with the size, hash and content type of the grant, `onlyIf: 'absent'`.
   * @throws CodedError FORBIDDEN when it is not ours, has ended, or is for another method
   */
  verify(method: string, token: string): PresignedGrant;
}

const longestToken = 4_096;

/**
 * Token grammar, base64url without padding:
 *   token = base64url(JSON of the grant with its end) "." base64url(HMAC-SHA256(key, what is before the dot))
 * @throws CodedError CONFIG_INVALID when the secret has less than 16 bytes.
 */
export function createPresignedTokens({ secret, path, clock }: PresignedTokensOptions): PresignedTokens {
  if (Buffer.byteLength(secret) < 16) {
    throw new CodedError('CONFIG_INVALID', 'The secret that signs links must have at least 16 bytes.');
  }
  const key = createHmac('sha256', secret).update('tributary presigned request').digest();
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');
  return {
    presign: (request) => {
      const { expiresInSeconds, ...grant } = request;
      checkPresignRequest(request);
      const expiresAtMs = clock.now() + expiresInSeconds * 1_000;
      const text = Buffer.from(JSON.stringify({ ...grant, expiresAtMs })).toString('base64url');
      const headers: Record<string, string> =
        grant.method === 'PUT' ? { 'content-type': grant.contentType } : {};
      return { method: grant.method, url: `${path}/${text}.${sign(text)}`, headers, expiresAtMs };
    },
    verify: (method, token) => {
      const [text = '', signature = ''] = token.length > longestToken ? [] : token.split(/\.(.*)/s);
      if (!isEqual(signature, sign(text))) throw refused();
      const { expiresAtMs, ...grant } = JSON.parse(
        Buffer.from(text, 'base64url').toString('utf8'),
      ) as PresignedGrant & { readonly expiresAtMs: number };
      if (grant.method !== method || expiresAtMs <= clock.now()) throw refused();
      return grant;
    },
  };
}

/** Compared as text: two spellings of the same bytes are two tokens, and one of them is not ours. */
function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refused(): CodedError {
  return new CodedError('FORBIDDEN', 'The link has ended or was not made for this; ask for a new one.');
}
