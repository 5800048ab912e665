import { createHash, type Hash } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import { interruptible } from '../interruptible.ts';
import { checkBodySize, checkSha256, tooLarge } from './object-check.ts';
import { areHere, type Chunks, type ObjectBody, objectLimits } from './port.ts';

/** What was announced of a body, and how long it may be. */
export interface Announced {
  readonly sizeBytes?: number | undefined;
  readonly sha256?: string | undefined;
  readonly mostBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const sliceBytes = 1_048_576;

/**
 * The bytes of a body as they come, counted and hashed on the way: it ends well only if they are those that were announced. Of chunks that are all here
 * it makes such again. A stream that is not read to its end is left to its owner, who may still want to answer on its connection.
 * @throws CodedError CONTENT_MISMATCH, PAYLOAD_TOO_LARGE, or the reason of the signal.
 */
export function verifiedBody(body: ObjectBody, announced: Announced): Chunks {
  const check = new BodyCheck(announced);
  const { signal } = announced;
  const chunks = body instanceof Uint8Array ? slices(body) : body;
  return areHere(chunks) ? checked(chunks, check, signal) : checkedAsTheyCome(chunks, check, signal);
}

function* checked(
  chunks: Iterable<Uint8Array>,
  check: BodyCheck,
  signal: AbortSignal | undefined,
): Generator<Uint8Array, void> {
  for (const chunk of chunks) {
    signal?.throwIfAborted();
    yield check.seen(chunk);
  }
  check.end();
}

async function* checkedAsTheyCome(
  chunks: AsyncIterable<Uint8Array>,
  check: BodyCheck,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of interruptible(chunks, signal)) yield check.seen(chunk);
  check.end();
}

class BodyCheck {
  readonly #sizeBytes: number | undefined;
  readonly #sha256: string | undefined;
  readonly #hash: Hash | undefined;
  readonly #limit: number;
  #seen = 0;

  constructor({ sizeBytes, sha256, mostBytes = objectLimits.putBytes }: Announced) {
    checkBodySize(sizeBytes, mostBytes);
    checkSha256(sha256);
    this.#sizeBytes = sizeBytes;
    this.#sha256 = sha256;
    this.#hash = sha256 === undefined ? undefined : createHash('sha256');
    this.#limit = sizeBytes ?? mostBytes;
  }

  /** The chunk, which is within what was announced. */
  seen(chunk: Uint8Array): Uint8Array {
    this.#seen += chunk.byteLength;
    if (this.#seen > this.#limit)
      throw this.#sizeBytes === undefined ? tooLarge(this.#limit) : wrongSize(this.#sizeBytes);
    this.#hash?.update(chunk);
    return chunk;
  }

  end(): void {
    if (this.#sizeBytes !== undefined && this.#seen < this.#sizeBytes) throw wrongSize(this.#sizeBytes);
    const sha256 = this.#hash?.digest('hex');
    if (sha256 === this.#sha256) return;
    throw new CodedError('CONTENT_MISMATCH', 'The bytes have another SHA-256 than announced.', {
      details: { sha256 },
    });
  }
}

/** A long array in pieces, so that hashing it never holds the process up. */
function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += sliceBytes) yield bytes.subarray(at, at + sliceBytes);
}

function wrongSize(sizeBytes: number): CodedError {
  return new CodedError('CONTENT_MISMATCH', `Not the ${sizeBytes} bytes that were announced.`, {
    details: { sizeBytes },
  });
}
