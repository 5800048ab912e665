import { type Clock, CodedError, type Logger } from '@tributary/runtime';
import { EmbeddedKeyValue } from './embedded.ts';
import type { KeyValue, WindowBudget, WindowRequest } from './port.ts';

/** What an answer may take before this process counts by itself. A store that is well answers within a few. */
const patienceMs = 500;
/** While it is away it is looked for this often, by nobody who waits. */
const lookEveryMs = 1_000;

export type Windows = Pick<KeyValue, 'takeFromWindow'>;

export interface InsuredWindowsOptions {
  readonly keyValue: Pick<KeyValue, 'takeFromWindow' | 'ping'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** What is counted, as operators call it: `rate limits`. */
  readonly what: string;
}

/**
 * Windows that go on without their store: while it is away, or does not answer, each process counts for itself, so that a limit becomes looser by the number of
 * processes, and nobody is refused or kept waiting because of it. The first who meet its silence wait `patienceMs`, nobody after them.
 */
export class InsuredWindows implements Windows {
  readonly #options: InsuredWindowsOptions;
  readonly #own: EmbeddedKeyValue;
  #isAway = false;
  #lookedAtMs = 0;

  constructor(options: InsuredWindowsOptions) {
    this.#options = options;
    this.#own = new EmbeddedKeyValue({ clock: options.clock, maxKeys: 10_000 });
  }

  async takeFromWindow(request: WindowRequest): Promise<WindowBudget> {
    if (!this.#isAway)
      try {
        return await within(this.#options.keyValue.takeFromWindow(request));
      } catch (err) {
        this.#goAlone(err);
      }
    else this.#lookForIt();
    return this.#own.takeFromWindow(request);
  }

  #goAlone(err: unknown): void {
    const { clock, log, what } = this.#options;
    if (this.#isAway) return;
    this.#isAway = true;
    this.#lookedAtMs = clock.monotonicMs();
    log.warn({ err, engine: 'key-value' }, `${what} are counted in this process only`);
  }

  #lookForIt(): void {
    const { keyValue, clock, log, what } = this.#options;
    if (clock.monotonicMs() - this.#lookedAtMs < lookEveryMs) return;
    this.#lookedAtMs = clock.monotonicMs();
    keyValue.ping().then(
      () => {
        if (this.#isAway) log.info({ engine: 'key-value' }, `${what} are shared again`);
        this.#isAway = false;
      },
      () => undefined,
    );
  }
}

function within<Value>(answer: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    // Where this process itself stood still, the answer may lie there already: it is read before the end of the turn.
    const overdue = (): void => void setImmediate(() => reject(silent()));
    const timer = setTimeout(overdue, patienceMs);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function silent(): CodedError {
  return new CodedError('ENGINE_UNAVAILABLE', `The key-value store says nothing for ${patienceMs} ms.`);
}
