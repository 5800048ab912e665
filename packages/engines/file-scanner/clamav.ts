import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '@tributary/runtime';
import { interruptible } from '../interruptible.ts';
import type { FileScanner, ScanRequest, ScanVerdict } from './port.ts';

export interface ClamavOptions {
  readonly address: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly largestScanBytes: number;
  readonly timeoutMs: number;
}

const pingTimeoutMs = 5_000;
const longestReply = 4_096;
const largestChunkBytes = 1_048_576;

/**
 * ClamAV's daemon, a connection a scan. Of its protocol (clamd(8)):
 *   command = "z" name NUL          reply = text NUL
 *   INSTREAM: after the command { length(4, big-endian) bytes } and a length of 0
 *   replies: "stream: OK" | "stream: " signature " FOUND" | "INSTREAM size limit exceeded. ERROR", at any time, then the connection is closed
 */
export class ClamavScanner implements FileScanner {
  readonly #options: ClamavOptions;

  constructor(options: ClamavOptions) {
    this.#options = options;
  }

  async scan({ sizeBytes, content, signal }: ScanRequest): Promise<ScanVerdict> {
    if (sizeBytes > this.#options.largestScanBytes) return tooLarge;
    signal?.throwIfAborted();
    const body = await content();
    try {
      const sent = (stop: AbortSignal) => instream(interruptible(body, stop));
      return verdictOf(await this.#ask(sent, this.#options.timeoutMs, signal));
    } finally {
      if (body instanceof Readable) body.destroy();
    }
  }

  async ping(): Promise<void> {
    const reply = await this.#ask(() => [Buffer.from('zPING\0')], pingTimeoutMs);
    if (reply !== 'PONG') throw unavailable();
  }

  /** Nothing is kept between scans. */
  async [Symbol.asyncDispose](): Promise<void> {}

  async #ask(
    sent: (stop: AbortSignal) => Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<string> {
    const overdue = new AbortController();
    const timer = setTimeout(() => {
      overdue.abort(new CodedError('DEADLINE_EXCEEDED', 'The scanner took too long.'));
    }, timeoutMs);
    const stop = signal === undefined ? overdue.signal : AbortSignal.any([signal, overdue.signal]);
    const socket = connect(this.#options.address);
    try {
      stop.throwIfAborted();
      const reply = replyOf(socket);
      const sending = pipeline(Readable.from(sent(stop), { objectMode: false }), socket, { end: false });
      // A reply may come before all is sent: destroying the socket then ends the sending.
      sending.catch(() => undefined);
      return await Promise.race([reply, sending.then(() => reply), abortOf(stop)]);
    } catch (error) {
      throw isOfSocket(error) ? unavailable(error) : error;
    } finally {
      clearTimeout(timer);
      overdue.abort();
      socket.destroy();
    }
  }
}

/** Rejects with the reason of the signal. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const tooLarge = { state: 'NOT_SCANNED', reason: 'TOO_LARGE' } as const;

async function* instream(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from('zINSTREAM\0');
  for await (const chunk of body) {
    for (let at = 0; at < chunk.byteLength; at += largestChunkBytes) {
      const piece = chunk.subarray(at, at + largestChunkBytes);
      yield lengthOf(piece.byteLength);
      yield piece;
    }
  }
  // Only a body that came to its end gets here: one that broke off is never judged.
  yield lengthOf(0);
}

function lengthOf(sizeBytes: number): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(sizeBytes);
  return length;
}

/** The text up to the first NUL. Whoever closes the connection before has said nothing. */
function replyOf(socket: Socket): Promise<string> {
  const reply = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\0');
      if (end >= 0) resolve(text.slice(0, end));
      else if (text.length > longestReply) reject(unavailable());
    });
    socket.on('error', reject);
    socket.on('close', () => reject(unavailable()));
  });
  // It may be nobody awaits it any more when the sending has failed already.
  reply.catch(() => undefined);
  return reply;
}

function verdictOf(reply: string): ScanVerdict {
  if (reply === 'stream: OK') return { state: 'CLEAN' };
  const signature = /^stream: ([\x21-\x7e][\x20-\x7e]{0,254}) FOUND$/.exec(reply)?.[1];
  if (signature !== undefined) return { state: 'INFECTED', signature };
  if (/^INSTREAM size limit exceeded\b/.test(reply)) return tooLarge;
  throw unavailable(new Error(`the scanner replied ${JSON.stringify(reply.slice(0, 200))}`));
}

function isOfSocket(error: unknown): boolean {
  return error instanceof Error && 'code' in error && !(error instanceof CodedError);
}

function unavailable(cause?: unknown): CodedError {
  return new CodedError(
    'ENGINE_UNAVAILABLE',
    'The scanner gave no verdict.',
    cause === undefined ? {} : { cause },
  );
}
