import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Chunks, ObjectBody } from './port.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { type Announced, verifiedBody } from './verified-body.ts';

/** What a command needs to send a body of a known size. */
export interface SentBody {
  readonly Body: Readable | Uint8Array;
  readonly ContentLength: number;
  /** Base64; the server refuses other bytes. */
  readonly ChecksumSHA256?: string;
}

export interface Sending<Answer> {
  readonly body: ObjectBody;
  readonly announced: Announced & { readonly sizeBytes: number };
  readonly bucket: Pick<S3Bucket, 'timeoutMs' | 'timeLimit' | 'silence'>;
  readonly send: (body: SentBody, options: SendOptions) => Promise<Answer>;
}

/** What the driver is told of a call. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
  /** Milliseconds until the answer; 0 where the body's source decides how long that is. */
  readonly requestTimeout: number;
}

/**
 * Sends a body as it comes. The last piece is held back until all of them are known to be those that were announced: the server has nothing whole before.
 * Whoever makes the body may take their time; the store may take its time limit for a piece, and for its answer.
 * @throws what the body threw, the reason of the signal, or what `send` threw
 */
export async function sendBody<Answer>(sending: Sending<Answer>): Promise<Answer> {
  const { body, announced, bucket, send } = sending;
  if (body instanceof Uint8Array) return sendBytes({ ...sending, body });
  const { sizeBytes, sha256, signal } = announced;
  const giveUp = new AbortController();
  let fault: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    fault ??= { error };
    // The driver does not hear of a body that fails: it would wait for the rest, and its own streams around this one would end the process.
    giveUp.abort();
    bytes.destroy();
  };
  let silence: NodeJS.Timeout | undefined;
  const storeIsAsked = (): void => {
    silence = setTimeout(() => fail(bucket.silence.begin()), bucket.timeoutMs);
  };
  async function* checked(): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const piece of heldBack(verifiedBody(body, announced))) {
        storeIsAsked();
        yield piece;
        clearTimeout(silence);
      }
      storeIsAsked();
    } catch (error) {
      fail(error);
    }
  }
  const bytes = Readable.from(checked(), { objectMode: false });
  const signals = signal === undefined ? [giveUp.signal] : [giveUp.signal, signal];
  try {
    // A body of no bytes has no piece to hold back: it is checked at once.
    const Body = sizeBytes === 0 ? await drained(bytes) : bytes;
    return await send(
      {
        Body,
        ContentLength: sizeBytes,
        ...(sha256 === undefined ? {} : { ChecksumSHA256: base64Of(sha256) }),
      },
      { abortSignal: AbortSignal.any(signals), requestTimeout: 0 },
    );
  } catch (error) {
    if (fault !== undefined) throw fault.error;
    if (signal?.aborted === true) throw signal.reason;
    throw error;
  } finally {
    clearTimeout(silence);
    bytes.destroy();
  }
}

/** Bytes that are all here are checked before, and may be sent again by the driver. */
async function sendBytes<Answer>({
  body,
  announced,
  bucket,
  send,
}: Sending<Answer> & { readonly body: Uint8Array }): Promise<Answer> {
  const { signal, sizeBytes } = announced;
  const sha256 = createHash('sha256');
  for await (const piece of verifiedBody(body, announced)) sha256.update(piece);
  const checksum = sha256.digest('base64');
  try {
    return await send(
      { Body: body, ContentLength: sizeBytes, ChecksumSHA256: checksum },
      { abortSignal: signal ?? new AbortController().signal, ...bucket.timeLimit(sizeBytes) },
    );
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  }
}

async function drained(bytes: Readable): Promise<Uint8Array> {
  for await (const _ of bytes);
  return new Uint8Array();
}

async function* heldBack(pieces: Chunks): AsyncGenerator<Uint8Array, void> {
  let held: Uint8Array | undefined;
  for await (const piece of pieces) {
    if (piece.byteLength === 0) continue;
    if (held !== undefined) yield held;
    held = piece;
  }
  if (held !== undefined) yield held;
}

function base64Of(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
