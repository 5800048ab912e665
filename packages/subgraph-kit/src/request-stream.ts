import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { CodedError } from '@tributary/runtime';

export interface RequestStreamLimits {
  readonly bodyLimitBytes: number;
  /** Milliseconds the client may send nothing while it is waited for. */
  readonly idleMs: number;
}

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

/** Counts what arrives, and how long nothing does while it is waited for. */
class BoundedBody extends Transform {
  readonly #limitBytes: number;
  readonly #idle: NodeJS.Timeout;
  #receivedBytes = 0;

  constructor({ bodyLimitBytes, idleMs }: RequestStreamLimits) {
    super();
    this.#limitBytes = bodyLimitBytes;
    this.#idle = setTimeout(() => this.#lookIdle(idleMs), idleMs);
    // Whoever reads the body sees its failure; when nobody does, the answer is on its way already.
    this.on('error', () => undefined);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#receivedBytes += chunk.byteLength;
    this.#idle.refresh();
    if (this.#receivedBytes > this.#limitBytes) done(tooLarge(this.#limitBytes));
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    clearTimeout(this.#idle);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#idle);
    done(error);
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
}

function tooLarge(limitBytes: number): CodedError {
  return new CodedError('PAYLOAD_TOO_LARGE', `A request here carries ${limitBytes} bytes at most.`, {
    details: { limitBytes },
  });
}

function endedEarly(): CodedError {
  return new CodedError('BAD_REQUEST', 'The request ended before its body did.');
}
