import { createHash } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import type { DoorRequest, Principal } from '@tributary/subgraph-kit';
import { mergePatchMedia } from '../domain/merge-patch.ts';
import { isMedia } from '../http/negotiation.ts';

/**
 * Reads an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header: a quoted string; the bare form most clients send is taken too).
 * @throws CodedError BAD_USER_INPUT unless it is 1 to 255 visible ASCII characters.
 */
export function idempotencyKey(header: string): string {
  const key = /^"(.*)"$/.exec(header.trim())?.[1] ?? header.trim();
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new CodedError('BAD_USER_INPUT', 'An Idempotency-Key has 1 to 255 visible ASCII characters.', {
      details: { parameter: 'Idempotency-Key' },
    });
  }
  return key;
}

/** Who a key or a call belongs to. A user's keys in two workspaces do not meet. */
export function principalKey({ workspaceId, kind, id }: Principal): string {
  return `${workspaceId}/${kind}:${id}`;
}

/** What makes a request the same request: method, target, precondition and body, and whether that is a merge patch. */
export function requestHash(request: DoorRequest): string {
  const hash = createHash('sha256');
  for (const part of [request.method, request.path, request.query, request.headers['if-match'] ?? ''])
    hash.update(`${part.length}:${part};`);
  if (isMedia(request.headers, mergePatchMedia)) hash.update(mergePatchMedia);
  return hash.update(request.body).digest('base64url');
}

/**
 * The id of the record that a request creates: the same for every attempt under one key, so that an attempt after a crash meets the
 * record of the first instead of making a second. A UUIDv8 (RFC 9562 §5.8) that sorts by the moment of the first attempt, as v7 does.
 */
export function derivedRecordId(principal: string, key: string, firstAttemptMs: number): string {
  const time = Math.trunc(firstAttemptMs).toString(16).padStart(12, '0').slice(-12);
  const hash = createHash('sha256').update(`${principal}\n${key}\n${time}`).digest('hex');
  const variant = ((Number.parseInt(hash.charAt(3), 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-8${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}
