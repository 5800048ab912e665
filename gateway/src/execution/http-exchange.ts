import { CodedError } from '@tributary/runtime';
import type { Dispatcher } from 'undici';

export interface HttpExchangeOptions {
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
  readonly timeoutMs: number;
  /** Aborted when whoever waits for it went away. */
  readonly signal: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** Whoever asked went away before the answer came. */
export class CallerGone extends Error {}

/**
 * One POST and its whole answer. It takes undici's events as they come: its `request` would make a stream of the answer, and a signal for the deadline costs
 * more than the exchange.
 * @throws CodedError DEADLINE_EXCEEDED, CallerGone, or undici's errors
 */
export function exchange(dispatcher: Dispatcher, options: HttpExchangeOptions): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { path, headers, body } = options;
    const handler = new AnswerReader({ resolve, reject }, options);
    dispatcher.dispatch({ method: 'POST', path, headers: headers as string[], body }, handler);
  });
}

interface Waiting {
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
}

class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #waiting: Waiting;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  readonly #leave: () => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #ended: Error | undefined;

  constructor(waiting: Waiting, { timeoutMs, signal }: HttpExchangeOptions) {
    this.#waiting = waiting;
    this.#signal = signal;
    this.#timer = setTimeout(() => {
      this.#end(new CodedError('DEADLINE_EXCEEDED', 'The subgraph did not answer in time.'));
    }, timeoutMs);
    this.#leave = () => this.#end(new CallerGone('The caller went away.'));
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
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#settle();
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#waiting.resolve({ status: this.#status, body });
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
