import { type Clock, CodedError } from '@tributary/runtime';

const lookEveryMs = 50;

export interface RunSignalOptions {
  readonly clock: Clock;
  readonly timeLimitMs: number;
  /** The caller's. */
  readonly cancel: AbortSignal | undefined;
}

/** Everything that may stop a run, as one signal whose reason is the error the caller gets: its abort, its time limit, our closing. */
export class RunSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #cancel: AbortSignal | undefined;
  readonly #watch: NodeJS.Timeout;
  readonly #onCancel = (): void => this.stop(new CodedError('CANCELLED', 'The query was cancelled.'));

  constructor({ clock, timeLimitMs, cancel }: RunSignalOptions) {
    const endsAtMs = clock.monotonicMs() + timeLimitMs;
    // Looked at rather than waited for: the clock is the caller's, and need not be the machine's.
    this.#watch = setInterval(() => {
      if (clock.monotonicMs() < endsAtMs) return;
      this.stop(
        new CodedError('DEADLINE_EXCEEDED', 'The query reached its time limit and was stopped.', {
          details: { timeLimitMs },
        }),
      );
    }, lookEveryMs);
    this.#cancel = cancel;
    cancel?.addEventListener('abort', this.#onCancel);
    if (cancel?.aborted === true) this.#onCancel();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(reason: CodedError): void {
    this.#controller.abort(reason);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watch);
    this.#cancel?.removeEventListener('abort', this.#onCancel);
  }
}
