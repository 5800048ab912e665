import { type Clock, CodedError, type Logger } from '@tributary/runtime';
import { EmbeddedKeyValue } from './embedded.ts';
import type { KeyValue, WindowBudget, WindowRequest } from './port.ts';

/** What an answer may take before this process counts by itself. A store that is well answers within a few. */
const patienceMs = 500;
/** While it is away it is looked for this often, by nobody who waits. */
const lookEveryMs = 1_000;
/** By a write, since a store that is full, or a replica, answers questions and takes nothing. */
const probe: WindowRequest = { key: 'insured-windows', limit: 1_000_000, windowMs: 1_000, cost: 1 };

export type Windows = Pick<KeyValue, 'takeFromWindow'>;

export interface InsuredWindowsOptions {
  readonly keyValue: Windows;
  readonly clock: Clock;
  readonly log: Logger;
  /** What is counted, as operators call it: `rate limits`. */
  readonly what: string;
}

/**
 * Windows that go on without their store: while it is away, or does not answer, each process counts for itself, so that a limit becomes looser by the number of
 * processes, and nobody is refused or kept waiting because of it. The first who meet its silence wait `patienceMs`, nobody after them. What was counted here
 * goes on to count here when the store is back, until its window is over: whoever was refused is not let in by its coming back.
 */
export class InsuredWindows implements Windows {
  readonly #options: InsuredWindowsOptions;
  readonly #own: EmbeddedKeyValue;
  #isAway = false;
  #lookedAtMs = 0;
  /** Until then something may be counted here. */
  #ownUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: InsuredWindowsOptions) {
    this.#options = options;
    this.#own = new EmbeddedKeyValue({ clock: options.clock, maxKeys: 10_000 });
  }

  async takeFromWindow(request: WindowRequest): Promise<WindowBudget> {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#isAway) this.#lookForIt();
    else {
      const refused = nowMs < this.#ownUntilMs ? await this.#refusedHere(request) : undefined;
      if (refused !== undefined) return refused;
      try {
        return await within(this.#options.keyValue.takeFromWindow(request));
      } catch (err) {
        this.#goAlone(err);
      }
    }
    this.#ownUntilMs = Math.max(this.#ownUntilMs, nowMs + request.windowMs);
    return this.#own.takeFromWindow(request);
  }

  async #refusedHere(request: WindowRequest): Promise<WindowBudget | undefined> {
    const budget = await this.#own.takeFromWindow({ ...request, cost: 0 });
    if (budget.remaining >= Math.max(1, request.cost)) return undefined;
    return { ...budget, allowed: request.cost === 0, retryAfterMs: request.windowMs };
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
    keyValue.takeFromWindow(probe).then(
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
