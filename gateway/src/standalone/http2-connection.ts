import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { CodedError } from '@tributary/runtime';
import { errors as undiciErrors } from 'undici';
import type { AnswerHandler, SentPost } from '../execution/http-exchange.ts';

/** What servers allow when they say nothing else (RFC 9113 §6.5.2 recommends no less). */
const streamsAtOnce = 100;
/** What may be on its way before it is read: of one answer, and of all. */
const windowBytes = { stream: 1024 * 1024, connection: 8 * 1024 * 1024 };
/** Megabytes that a session may hold; more streams than fit are refused by node:http2 itself. */
const maxSessionMemory = 256;
const pongMs = 2_000;
const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants;

export interface Http2ConnectionOptions {
  readonly origin: URL;
  /** Connected, where it is TLS. */
  readonly socket: TLSSocket | undefined;
  /** Of one answer, at most; one that is longer ends, and only that. */
  readonly answerBytes: number;
  /** It takes no more streams. */
  readonly onRetired: () => void;
  /** It is gone. */
  readonly onClosed: () => void;
}

/**
 * One connection that many exchanges share. A server that retires it says how far it has come (GOAWAY, RFC 9113 §6.8): what it has begun with goes on here to
 * its end, what it has not fails with NGHTTP2_REFUSED_STREAM, and both are the work of node:http2; here no more is begun on it.
 */
export class Http2Connection {
  readonly #session: ClientHttp2Session;
  readonly #answerBytes: number;
  #open = 0;
  #pinging = false;

  constructor({ origin, socket, answerBytes, onRetired, onClosed }: Http2ConnectionOptions) {
    this.#answerBytes = answerBytes;
    const session = connect(origin, {
      maxSessionMemory,
      settings: { enablePush: false, initialWindowSize: windowBytes.stream },
      ...(socket === undefined ? {} : { createConnection: () => socket }),
    });
    this.#session = session;
    session.once('connect', () => session.setLocalWindowSize(windowBytes.connection));
    session.on('goaway', onRetired);
    // Streams hear of it themselves.
    session.on('error', onRetired);
    session.once('close', () => {
      onRetired();
      onClosed();
    });
    session.unref();
  }

  /** Streams under way. */
  get open(): number {
    return this.#open;
  }

  get isFull(): boolean {
    const { maxConcurrentStreams = streamsAtOnce } = this.#session.connecting
      ? {}
      : this.#session.remoteSettings;
    return this.#open >= maxConcurrentStreams;
  }

  /** Tells the handler how it goes, as undici would. */
  send(post: SentPost, handler: AnswerHandler): void {
    let stream: ClientHttp2Stream | undefined;
    let fault: Error | undefined;
    const abort = (reason: Error): void => {
      fault ??= reason;
      stream?.close(NGHTTP2_CANCEL);
      if (reason instanceof CodedError && reason.code === 'DEADLINE_EXCEEDED') this.#askWhetherItLives();
    };
    handler.onRequestStart({ abort });
    // Nobody waits for it any more: it is not sent.
    if (fault !== undefined) return;
    try {
      stream = this.#session.request(this.#headersOf(post));
    } catch (cause) {
      handler.onResponseError(undefined, sendingFault(cause));
      return;
    }
    this.#open += 1;
    if (this.#open === 1) this.#session.ref();
    let status: number | undefined;
    let bytes = 0;
    stream.on('response', (headers) => {
      status = headers[':status'];
      handler.onResponseStart(undefined, status ?? 0, headers);
    });
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= this.#answerBytes) handler.onResponseData(undefined, chunk);
      else abort(new undiciErrors.ResponseExceededMaxSizeError());
    });
    stream.on('error', (error) => {
      fault ??= error;
    });
    const begun = stream;
    // After its last byte, its last word on errors, and both halves of it.
    stream.once('close', () => {
      this.#open -= 1;
      if (this.#open === 0) this.#session.unref();
      const isWhole = status !== undefined && begun.rstCode === NGHTTP2_NO_ERROR && !begun.aborted;
      if (fault !== undefined) handler.onResponseError(undefined, fault);
      else if (isWhole) handler.onResponseEnd();
      else handler.onResponseError(undefined, new undiciErrors.SocketError('The answer ended too early.'));
    });
    stream.end(post.body);
  }

  /** Resolves when what is under way has ended. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#session.destroyed) resolve();
      else this.#session.close(resolve);
    });
  }

  #headersOf({ path, headers }: SentPost): OutgoingHttpHeaders {
    const sent: Record<string, string> = { ':method': 'POST', ':path': path };
    for (let at = 0; at + 1 < headers.length; at += 2) sent[headers[at] ?? ''] = headers[at + 1] ?? '';
    return sent;
  }

  /** A peer that is silent may be gone without a word: the next exchange would wait for it as long again. */
  #askWhetherItLives(): void {
    const session = this.#session;
    if (this.#pinging || session.destroyed) return;
    if (session.connecting) {
      session.destroy();
      return;
    }
    this.#pinging = true;
    const silent = setTimeout(() => session.destroy(), pongMs);
    session.ping(() => {
      clearTimeout(silent);
      this.#pinging = false;
    });
  }
}

/** Of a session that ended this moment, or of fields that cannot be sent. */
function sendingFault(cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (cause instanceof Error && /_(GOAWAY|INVALID)_SESSION$/.test(code)) return cause;
  return new undiciErrors.InvalidArgumentError(cause instanceof Error ? cause.message : String(cause));
}
