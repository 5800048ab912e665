import { type Clock, CodedError } from '@tributary/runtime';

const lookEveryMs = 50;
/** A busy machine takes seconds to start a process; one that takes longer than this starts none. */
const startLimitMs = 30_000;

export interface RunSignalOptions {
  readonly clock: Clock;
  /** From `begin` on. */
  readonly timeLimitMs: number;
  /** Until `turnCame`, or `begin` where nothing is started; absent: as long as it takes. */
  readonly waitLimitMs: number | undefined;
  /** The caller's. */
  readonly cancel: AbortSignal | undefined;
}

/** Everything that may stop a run, as one signal whose reason is the error the caller gets: its abort, the limits of its time, our closing. */
export class RunSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #options: RunSignalOptions;
  readonly #watch: NodeJS.Timeout;
  readonly #onCancel = (): void => this.stop(new CodedError('CANCELLED', 'The query was cancelled.'));
  readonly #cameAtMs: number;
  #turnAtMs: number | undefined;
  #begunAtMs: number | undefined;

  constructor(options: RunSignalOptions) {
    const { clock, cancel } = options;
    this.#options = options;
    this.#cameAtMs = clock.monotonicMs();
    // Looked at rather than waited for: the clock is the caller's, and need not be the machine's.
    this.#watch = setInterval(() => this.#look(), lookEveryMs);
    cancel?.addEventListener('abort', this.#onCancel);
    if (cancel?.aborted === true) this.#onCancel();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Its turn has come: it waits for nobody any more, but for what is to do its work. */
  turnCame(): void {
    this.#turnAtMs = this.#options.clock.monotonicMs();
  }

  /** Its work begins: from here on counts its own time, and no longer that of waiting and starting. */
  begin(): void {
    this.#begunAtMs = this.#options.clock.monotonicMs();
  }

  stop(reason: CodedError): void {
    this.#controller.abort(reason);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watch);
    this.#options.cancel?.removeEventListener('abort', this.#onCancel);
  }

  #look(): void {
    const { clock, timeLimitMs, waitLimitMs } = this.#options;
    const nowMs = clock.monotonicMs();
    if (this.#begunAtMs !== undefined) {
      if (nowMs >= this.#begunAtMs + timeLimitMs)
        this.stop(
          new CodedError('DEADLINE_EXCEEDED', 'The query reached its time limit and was stopped.', {
            details: { timeLimitMs },
          }),
        );
    } else if (this.#turnAtMs !== undefined) {
      if (nowMs >= this.#turnAtMs + startLimitMs)
        this.stop(
          new CodedError('OVERLOADED', 'The machine is too busy to start a process for the query.', {
            details: { startLimitMs, retryAfterMs: 1_000 },
          }),
        );
    } else if (waitLimitMs !== undefined && nowMs >= this.#cameAtMs + waitLimitMs) {
      this.stop(
        new CodedError('OVERLOADED', 'Other queries are at work, and the turn of this one did not come.', {
          details: { waitLimitMs, retryAfterMs: 1_000 },
        }),
      );
    }
  }
}
