import { CodedError } from '@tributary/runtime';
import type { Dispatcher } from 'undici';
import { GatheredBytes } from '../http/gathered-bytes.ts';
import { type Departure, reasonToEnd } from './departure.ts';

export interface HttpExchangeOptions {
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
  /** The answer's body, if it is as the last time. */
  readonly expected: Buffer | undefined;
  readonly timeoutMs: number;
  /** It may share a connection with others that are under way; undefined: as HTTP has it, a POST may not. */
  readonly idempotent?: boolean | undefined;
  /** Aborted when whoever waits for it went away; with a CodedError, when it had its time and did not take it. */
  readonly signal: Departure | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** The very bytes that were expected, if it is the same. */
  readonly body: Buffer;
}

/**
 * One POST and its whole answer. It takes undici's events as they come: its `request` would make a stream of the answer, and a signal for the deadline costs
 * more than the exchange.
 * @throws CodedError DEADLINE_EXCEEDED, CallerGone, or undici's errors
 */
export function exchange(dispatcher: Dispatcher, options: HttpExchangeOptions): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { path, headers, body, idempotent } = options;
    const handler = new AnswerReader({ resolve, reject }, options);
    const request = { method: 'POST', path, headers: headers as string[], body } as const;
    dispatcher.dispatch(idempotent === undefined ? request : { ...request, idempotent }, handler);
  });
}

interface Waiting {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #waiting: Waiting;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: Departure | undefined;
  readonly #leave: () => void;
  readonly #came = new GatheredBytes();
  readonly #expected: Buffer | undefined;
  /** Bytes that came and were as expected; negative from the first one on that was not. */
  #same = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #ended: Error | undefined;

  constructor(waiting: Waiting, { timeoutMs, signal, expected }: HttpExchangeOptions) {
    this.#waiting = waiting;
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

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended === undefined) this.#controller = controller;
    else controller.abort(this.#ended);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
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

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle();
    this.#waiting.reject(this.#ended ?? error);
  }

  /** Ends it from our side: nobody waits any more, whatever the connection does. */
  #end(reason: Error): void {
    this.#ended = reason;
    this.#settle();
    this.#waiting.reject(reason);
    this.#controller?.abort(reason);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#leave);
  }
}
