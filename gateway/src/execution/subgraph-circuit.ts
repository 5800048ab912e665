import { CodedError } from '@tributary/runtime';

export interface SubgraphCircuitOptions {
  /** Calls in a row that must fail before callers stop waiting for this subgraph. */
  readonly failureThreshold: number;
  /** Milliseconds after which one call tries again. */
  readonly retryAfterMs: number;
  /** Milliseconds of a clock that is never set back. */
  readonly nowMs: () => number;
}

/**
 * A circuit breaker that counts failures in a row: closed, then open for a while, then one call tries. It wraps nothing, because wrapping a call in
 * promises and signals costs as much as the call: whoever calls asks to enter, and says how it ended.
 */
export class SubgraphCircuit {
  readonly #options: SubgraphCircuitOptions;
  #failures = 0;
  #openUntilMs = 0;
  #isTrying = false;

  constructor(options: SubgraphCircuitOptions) {
    this.#options = options;
  }

  get state(): 'closed' | 'half-open' | 'open' {
    if (this.#failures < this.#options.failureThreshold) return 'closed';
    return this.#isTrying || this.#options.nowMs() >= this.#openUntilMs ? 'half-open' : 'open';
  }

  /** @throws CodedError SUBGRAPH_UNAVAILABLE while the circuit is open */
  enter(): void {
    if (this.#failures < this.#options.failureThreshold) return;
    if (this.#isTrying || this.#options.nowMs() < this.#openUntilMs)
      throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The subgraph is away.');
    this.#isTrying = true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#isTrying = false;
  }

  failed(): void {
    this.#failures += 1;
    this.#isTrying = false;
    if (this.#failures >= this.#options.failureThreshold)
      this.#openUntilMs = this.#options.nowMs() + this.#options.retryAfterMs;
  }

  /** It was ended from our side: that says nothing of the subgraph. */
  abandoned(): void {
    this.#isTrying = false;
  }
}
