/** What is left of a sliding-window budget after taking from it. */
export interface WindowBudget {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Milliseconds until the amount asked for would be free; 0 when allowed. */
  readonly retryAfterMs: number;
}

export interface WindowRequest {
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
  /** Units taken; nothing is taken when they do not fit. */
  readonly cost: number;
}

export interface KeyValueLock extends AsyncDisposable {
  /** Grows with every holder of this key: a write guarded by it can refuse an older holder. */
  readonly fencingToken: number;
}

/** Small, fast, forgettable state: everything in it can be rebuilt. */
export interface KeyValue extends AsyncDisposable {
  get(key: string): Promise<string | undefined>;
  /** Without `ttlMs` it stays until deleted. */
  set(key: string, value: string, ttlMs?: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Sets `next` when the present value is `expected` (undefined: absent); false otherwise. Atomic. */
  compareAndSet(key: string, expected: string | undefined, next: string, ttlMs?: number): Promise<boolean>;
  /** Adds and answers the new value. The TTL starts when the counter is made and is not renewed. Atomic. */
  increment(key: string, by: number, ttlMs?: number): Promise<number>;
  /** A true sliding window: at no moment do more than `limit` units lie within the last `windowMs`. Atomic. */
  takeFromWindow(request: WindowRequest): Promise<WindowBudget>;
  /** Takes the lock for `ttlMs`, or undefined when somebody has it. */
  lock(key: string, ttlMs: number): Promise<KeyValueLock | undefined>;
  ping(): Promise<void>;
}
