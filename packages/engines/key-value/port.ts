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

/** What every adapter takes at most; more is CodedError PAYLOAD_TOO_LARGE. */
export const keyValueLimits = { keyBytes: 1_024, valueBytes: 262_144 } as const;

/**
 * Small, fast, forgettable state: everything in it can be rebuilt. A full store forgets what was written longest ago among
 * that which has a TTL (locks never), and refuses with CodedError OVERLOADED when there is none. TTLs are positive.
 */
export interface KeyValue extends AsyncDisposable {
  get(key: string): Promise<string | undefined>;
  /** Without `ttlMs` it stays until deleted. */
  set(key: string, value: string, ttlMs?: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Sets `next` when the present value is `expected` (undefined: absent); false otherwise. Atomic. */
  compareAndSet(key: string, expected: string | undefined, next: string, ttlMs?: number): Promise<boolean>;
  /**
   * Adds and answers the new value; a counter reads as its decimal digits. The TTL starts when the counter is made and is not renewed. Atomic.
   * @throws CodedError CONFLICT when the value is no integer, or would leave the safe integers.
   */
  increment(key: string, by: number, ttlMs?: number): Promise<number>;
  /**
   * A true sliding window: at no moment do more than `limit` units lie within the last `windowMs`. Atomic. Cost 0 only looks.
   * A window keeps its `windowMs`; its keys are apart from those of values. A cost above the limit never fits: `retryAfterMs` is then the whole window.
   */
  takeFromWindow(request: WindowRequest): Promise<WindowBudget>;
  /** Takes the lock for `ttlMs`, or undefined when somebody has it. Disposing a lock that ran out leaves its new holder alone. */
  lock(key: string, ttlMs: number): Promise<KeyValueLock | undefined>;
  ping(): Promise<void>;
}
