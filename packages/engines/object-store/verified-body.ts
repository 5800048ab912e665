import { createHash, type Hash } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import { interruptible } from '../interruptible.ts';
import { checkBodySize, checkSha256, tooLarge } from './object-check.ts';
import { type ObjectBody, objectLimits } from './port.ts';

/** What was announced of a body, and how long it may be. */
export interface Announced {
  readonly sizeBytes?: number | undefined;
  readonly sha256?: string | undefined;
  readonly mostBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const sliceBytes = 1_048_576;

/**
 * The bytes of a body as they come, counted and hashed on the way: it ends well only if they are those that were announced. A stream
 * that is not read to its end is left to its owner, who may still want to answer on its connection.
 * @throws CodedError CONTENT_MISMATCH, PAYLOAD_TOO_LARGE, or the reason of the signal.
 */
export async function* verifiedBody(
  body: ObjectBody,
  announced: Announced,
): AsyncGenerator<Uint8Array, void> {
  const { sizeBytes, sha256, signal, mostBytes = objectLimits.putBytes } = announced;
  checkBodySize(sizeBytes, mostBytes);
  checkSha256(sha256);
  const hash = sha256 === undefined ? undefined : createHash('sha256');
  const limit = sizeBytes ?? mostBytes;
  let seen = 0;
  for await (const chunk of body instanceof Uint8Array ? slices(body, signal) : interruptible(body, signal)) {
    seen += chunk.byteLength;
    if (seen > limit) throw sizeBytes === undefined ? tooLarge(limit) : wrongSize(sizeBytes);
    hash?.update(chunk);
    yield chunk;
  }
  if (sizeBytes !== undefined && seen < sizeBytes) throw wrongSize(sizeBytes);
  checkHash(hash, sha256);
}

/** A long array in pieces, so that hashing it never holds the process up. */
function* slices(bytes: Uint8Array, signal: AbortSignal | undefined): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += sliceBytes) {
    signal?.throwIfAborted();
    yield bytes.subarray(at, at + sliceBytes);
  }
}

function checkHash(hash: Hash | undefined, announced: string | undefined): void {
  const sha256 = hash?.digest('hex');
  if (sha256 === announced) return;
  throw new CodedError('CONTENT_MISMATCH', 'The bytes have another SHA-256 than announced.', {
    details: { sha256 },
  });
}

function wrongSize(sizeBytes: number): CodedError {
  return new CodedError('CONTENT_MISMATCH', `Not the ${sizeBytes} bytes that were announced.`, {
    details: { sizeBytes },
  });
}
