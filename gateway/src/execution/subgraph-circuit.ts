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
 * A circuit breaker that counts failures in a row: closed, then open for a while, then one call tries, and one more for each such while that it takes. It wraps nothing, because wrapping a call in
 * promises and signals costs as much as the call: whoever calls asks to enter, and says how it ended.
 */
export class SubgraphCircuit {
  readonly #options: SubgraphCircuitOptions;
  #failures = 0;
  #openUntilMs = 0;
  #isTrying = false;
  /** How often it has opened or closed: what began before says nothing of now. */
  #turns = 0;

  constructor(options: SubgraphCircuitOptions) {
    this.#options = options;
  }

  get state(): 'closed' | 'half-open' | 'open' {
    if (this.#isClosed) return 'closed';
    return this.#isTrying || this.#options.nowMs() >= this.#openUntilMs ? 'half-open' : 'open';
  }

  /** What the end of the call is told with. @throws CodedError SUBGRAPH_UNAVAILABLE while the circuit is open */
  enter(): number {
    if (this.#isClosed) return this.#turns;
    if (this.#options.nowMs() < this.#openUntilMs)
      throw new CodedError('SUBGRAPH_UNAVAILABLE', 'The subgraph is away.');
    this.#isTrying = true;
    // One that is not answered must not keep the next from trying.
    this.#pause();
    return this.#turns;
  }

  /** An answer is one, whenever it was asked for. */
  succeeded(): void {
    if (!this.#isClosed) this.#turn();
    this.#failures = 0;
  }

  failed(entered: number): void {
    if (entered !== this.#turns) return;
    this.#failures += 1;
    if (this.#isClosed) return;
    this.#pause();
    this.#turn();
  }

  /** It was ended from our side: that says nothing of the subgraph. */
  abandoned(entered: number): void {
    if (entered !== this.#turns) return;
    this.#isTrying = false;
    if (!this.#isClosed) this.#openUntilMs = this.#options.nowMs();
  }

  get #isClosed(): boolean {
    return this.#failures < this.#options.failureThreshold;
  }

  #pause(): void {
    this.#openUntilMs = this.#options.nowMs() + this.#options.retryAfterMs;
  }

  #turn(): void {
    this.#turns += 1;
    this.#isTrying = false;
  }
}
