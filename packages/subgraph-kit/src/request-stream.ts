import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { CodedError } from '@tributary/runtime';

export interface RequestStreamLimits {
  readonly bodyLimitBytes: number;
  /** Milliseconds the client may send nothing while it is waited for, and in which it sends enough: 1 KiB for each second. */
  readonly idleMs: number;
}

/** Any modem is faster; a client that holds a request open by a byte now and then is not (slow body, "slow loris"). */
const leastBytesPerSecond = 1_024;

export interface RequestStream {
  readonly body: Readable;
  readonly signal: AbortSignal;
}

/**
 * After an answer that came before the end of the body, what still arrives is thrown away this long. Closing at once would reset the
 * connection, and the client would lose the answer that says why (RFC 9112 §9.6).
 */
const lingerMs = 2_000;

/** The body of a request as a bounded stream, and the signal that its client left. Opens it; the answer's end closes it. */
export function openRequestStream(
  request: IncomingMessage,
  response: ServerResponse,
  limits: RequestStreamLimits,
): RequestStream {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.bodyLimitBytes) throw tooLarge(limits.bodyLimitBytes);
  const body = new BoundedBody(limits);
  const gone = new AbortController();
  const left = (): void => {
    body.destroy(endedEarly());
    gone.abort();
  };
  request.once('error', left);
  request.once('close', () => {
    if (!request.complete) left();
  });
  response.once('finish', () => {
    request.unpipe(body);
    body.destroy();
    discard(request);
  });
  response.once('close', () => {
    if (!response.writableFinished) left();
  });
  request.pipe(body);
  return { body, signal: gone.signal };
}

/** True when a request says that it has a body (RFC 9112 §6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function discard(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), lingerMs);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  request.resume();
}

/** Counts what arrives, and how long nothing, or next to nothing, does while it is waited for. */
class BoundedBody extends Transform {
  readonly #limitBytes: number;
  readonly #idle: NodeJS.Timeout;
  readonly #rate: NodeJS.Timeout;
  #receivedBytes = 0;
  #receivedBefore = 0;
  #readerWasSlow = false;
  #wasTooSlow = false;

  constructor({ bodyLimitBytes, idleMs }: RequestStreamLimits) {
    super();
    this.#limitBytes = bodyLimitBytes;
    this.#idle = setTimeout(() => this.#lookIdle(idleMs), idleMs);
    this.#rate = setInterval(() => this.#lookRate(idleMs), idleMs);
    // Whoever reads the body sees its failure; when nobody does, the answer is on its way already.
    this.on('error', () => undefined);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#receivedBytes += chunk.byteLength;
    this.#idle.refresh();
    const isTooLarge = this.#receivedBytes > this.#limitBytes;
    if (!isTooLarge) this.#readerWasSlow = !this.push(chunk) || this.#readerWasSlow;
    done(isTooLarge ? tooLarge(this.#limitBytes) : null);
  }

  override _flush(done: TransformCallback): void {
    this.#stopLooking();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#stopLooking();
    done(error);
  }

  #stopLooking(): void {
    clearTimeout(this.#idle);
    clearInterval(this.#rate);
  }

  /** A reader that takes its time is no fault of the client. */
  #lookIdle(idleMs: number): void {
    if (this.writableNeedDrain || this.readableLength > 0) {
      this.#idle.refresh();
      return;
    }
    const waitedSeconds = Math.round(idleMs / 1000);
    this.destroy(new CodedError('REQUEST_TIMEOUT', `Nothing arrived for ${waitedSeconds} s.`));
  }

  /**
   * A span in which the reader held the client up says nothing about the client; nor does one alone, because a process that was busy looks at
   * its clock before it looks at what arrived.
   */
  #lookRate(spanMs: number): void {
    const receivedBytes = this.#receivedBytes - this.#receivedBefore;
    const isCounted = !this.#readerWasSlow && !this.writableNeedDrain && this.readableLength === 0;
    this.#receivedBefore = this.#receivedBytes;
    this.#readerWasSlow = false;
    const isTooSlow = isCounted && receivedBytes < (leastBytesPerSecond * spanMs) / 1_000;
    const isStillTooSlow = isTooSlow && this.#wasTooSlow;
    this.#wasTooSlow = isTooSlow;
    if (!isStillTooSlow) return;
    const message = `Only ${receivedBytes} bytes arrived in ${Math.round(spanMs / 1_000)} s; send ${leastBytesPerSecond} each second, or more.`;
    this.destroy(new CodedError('REQUEST_TIMEOUT', message));
  }
}

function tooLarge(limitBytes: number): CodedError {
  return new CodedError('PAYLOAD_TOO_LARGE', `A request here carries ${limitBytes} bytes at most.`, {
    details: { limitBytes },
  });
}

function endedEarly(): CodedError {
  return new CodedError('BAD_REQUEST', 'The request ended before its body did.');
}
