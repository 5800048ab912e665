import type { IncomingHttpHeaders } from 'node:http';
import { CodedError } from '@tributary/runtime';
import { errors as undiciErrors } from 'undici';
import { GatheredBytes } from '../http/gathered-bytes.ts';
import { type Departure, reasonToEnd } from './departure.ts';

/** What is sent: one POST. */
export interface SentPost {
  readonly path: string;
  /** Names in lower case and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** Ends an exchange from our side. */
interface AnswerControl {
  abort(reason: Error): void;
}

/** Hears how an exchange goes, in the form of undici's own handlers; of what it is handed it uses no more than this. */
export interface AnswerHandler {
  onRequestStart(control: AnswerControl): void;
  onResponseStart(control: unknown, status: number, headers?: IncomingHttpHeaders): void;
  onResponseData(control: unknown, chunk: Buffer): void;
  onResponseEnd(): void;
  onResponseError(control: unknown, error: Error): void;
}

/** Kept connections to one origin. */
export interface ExchangeConnections {
  dispatch(post: SentPost, handler: AnswerHandler): void;
  /** Resolves when what is under way has ended. */
  close(): Promise<void>;
}

export interface HttpExchangeOptions extends SentPost {
  /** The answer's body, if it is as the last time. */
  readonly expected: Buffer | undefined;
  readonly timeoutMs: number;
  /** Of an answer, at most: one that says that it is longer is not read. */
  readonly answerBytes: number;
  /** Aborted when whoever waits for it went away; with a CodedError, when it had its time and did not take it. */
  readonly signal: Departure | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** The very bytes that were expected, if it is the same. */
  readonly body: Buffer;
}

/**
 * One POST and its whole answer. It takes the events of the client underneath as they come: undici's `request` would make a stream of the answer, and a
 * signal for the deadline costs more than the exchange.
 * @throws CodedError DEADLINE_EXCEEDED, CallerGone, or errors of undici and node:http2
 */
export function exchange(
  connections: ExchangeConnections,
  options: HttpExchangeOptions,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    connections.dispatch(options, new AnswerReader({ resolve, reject }, options));
  });
}

interface Waiting {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

class AnswerReader implements AnswerHandler {
  readonly #waiting: Waiting;
  readonly #timer: NodeJS.Timeout;
  readonly #answerBytes: number;
  readonly #signal: Departure | undefined;
  readonly #leave: () => void;
  readonly #came = new GatheredBytes();
  readonly #expected: Buffer | undefined;
  /** Bytes that came and were as expected; negative from the first one on that was not. */
  #same = 0;
  #control: AnswerControl | undefined;
  #status = 0;
  #ended: Error | undefined;

  constructor(waiting: Waiting, { timeoutMs, answerBytes, signal, expected }: HttpExchangeOptions) {
    this.#waiting = waiting;
    this.#answerBytes = answerBytes;
    this.#expected = expected;
    this.#signal = signal;
    this.#timer = setTimeout(() => {
      this.#end(new CodedError('DEADLINE_EXCEEDED', 'The subgraph did not answer in time.'));
    }, timeoutMs);
    this.#leave = () => this.#end(reasonToEnd(signal));
    if (signal === undefined) return;
    if (signal.aborted) this.#leave();
    else signal.addEventListener('abort', this.#leave, { once: true });
  }

  onRequestStart(control: AnswerControl): void {
    if (this.#ended === undefined) this.#control = control;
    else control.abort(this.#ended);
  }

  onResponseStart(_control: unknown, status: number, headers?: IncomingHttpHeaders): void {
    this.#status = status;
    if (Number(headers?.['content-length'] ?? 0) > this.#answerBytes)
      this.#end(new undiciErrors.ResponseExceededMaxSizeError());
  }

  onResponseData(_control: unknown, chunk: Buffer): void {
    this.#came.add(chunk);
    const expected = this.#expected;
    if (expected === undefined || this.#same < 0) return;
    const end = this.#same + chunk.length;
    const isSame = end <= expected.length && expected.compare(chunk, 0, chunk.length, this.#same, end) === 0;
    this.#same = isSame ? end : -1;
  }

  onResponseEnd(): void {
    this.#settle();
    this.#waiting.resolve({ status: this.#status, body: this.#body() });
  }

  #body(): Buffer {
    return this.#expected?.length === this.#same ? this.#expected : this.#came.whole();
  }

  onResponseError(_control: unknown, error: Error): void {
    this.#settle();
    this.#waiting.reject(this.#ended ?? error);
  }

  /** Ends it from our side: nobody waits any more, whatever the connection does. */
  #end(reason: Error): void {
    this.#ended = reason;
    this.#settle();
    this.#waiting.reject(reason);
    this.#control?.abort(reason);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#leave);
  }
}
