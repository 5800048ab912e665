import { type Clock, CodedError } from '@tributary/runtime';
import { ExpiringMap } from './expiring-map.ts';
import type { KeyValue, KeyValueLock, WindowBudget, WindowRequest } from './port.ts';
import { checkKeyAndValue, checkTtl, checkWindow, notACounter } from './refusals.ts';
import { SlidingWindow } from './sliding-window.ts';

export interface EmbeddedKeyValueOptions {
  readonly clock: Clock;
  /** Keys of each sort (values, windows, locks) held at most; 100,000 when absent. */
  readonly maxKeys?: number;
}

/** The key-value port in the memory of one process. Every method runs in one turn of the event loop: that is its atomicity. */
export class EmbeddedKeyValue implements KeyValue {
  readonly #clock: Clock;
  readonly #values: ExpiringMap<string>;
  readonly #windows: ExpiringMap<SlidingWindow>;
  readonly #locks: ExpiringMap<number>;
  #lastFencingToken: number;
  #closed = false;

  constructor({ clock, maxKeys = 100_000 }: EmbeddedKeyValueOptions) {
    const options = { capacity: maxKeys, forgets: true, nowMs: () => clock.monotonicMs() };
    this.#clock = clock;
    this.#values = new ExpiringMap(options);
    this.#windows = new ExpiringMap(options);
    this.#locks = new ExpiringMap({ ...options, forgets: false });
    // Tokens must grow over restarts as well, and memory forgets: start from the wall clock, room for 1,000 a millisecond.
    this.#lastFencingToken = clock.now() * 1_000;
  }

  async get(key: string): Promise<string | undefined> {
    this.#check(key);
    return this.#values.get(key);
  }

  async set(key: string, value: string, ttlMs?: number): Promise<void> {
    this.#check(key, value);
    this.#values.set(key, value, this.#endOf(ttlMs));
  }

  async delete(key: string): Promise<void> {
    this.#check(key);
    this.#values.delete(key);
  }

  async compareAndSet(
    key: string,
    expected: string | undefined,
    next: string,
    ttlMs?: number,
  ): Promise<boolean> {
    this.#check(key, next);
    if (this.#values.get(key) !== expected) return false;
    this.#values.set(key, next, this.#endOf(ttlMs));
    return true;
  }

  async increment(key: string, by: number, ttlMs?: number): Promise<number> {
    this.#check(key);
    const present = this.#values.entry(key);
    const sum = present === undefined ? by : integerOf(present.value) + by;
    if (!Number.isSafeInteger(sum)) throw notACounter();
    this.#values.set(key, String(sum), present?.expiresAtMs ?? this.#endOf(ttlMs));
    return sum;
  }

  async takeFromWindow(request: WindowRequest): Promise<WindowBudget> {
    const { key, limit, windowMs, cost } = request;
    this.#check(key);
    checkWindow(request);
    if (cost > limit)
      return {
        ...(await this.takeFromWindow({ ...request, cost: 0 })),
        allowed: false,
        retryAfterMs: windowMs,
      };
    const nowMs = this.#clock.monotonicMs();
    const known = this.#windows.get(key);
    // Asking for nothing leaves nothing: made-up keys must not push out what counts.
    if (known === undefined && cost === 0) return { allowed: true, remaining: limit, retryAfterMs: 0 };
    const window = known ?? new SlidingWindow();
    const budget = window.take(request, nowMs);
    // Written anew also when refused: who knocks hardest is forgotten last. One more millisecond for the window's rounding.
    this.#windows.set(key, window, nowMs + windowMs + 1);
    return budget;
  }

  async lock(key: string, ttlMs: number): Promise<KeyValueLock | undefined> {
    this.#check(key);
    const endsAtMs = this.#endOf(ttlMs);
    if (this.#locks.get(key) !== undefined) return undefined;
    const fencingToken = this.#lastFencingToken + 1;
    this.#locks.set(key, fencingToken, endsAtMs);
    this.#lastFencingToken = fencingToken;
    return {
      fencingToken,
      [Symbol.asyncDispose]: async () => {
        // The lock may have run out and be another holder's by now.
        if (this.#locks.get(key) === fencingToken) this.#locks.delete(key);
      },
    };
  }

  async ping(): Promise<void> {
    if (this.#closed) throw new CodedError('ENGINE_UNAVAILABLE', 'The key-value store is closed.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
  }

  #check(key: string, value = ''): void {
    if (this.#closed) throw new CodedError('ENGINE_UNAVAILABLE', 'The key-value store is closed.');
    checkKeyAndValue(key, value);
  }

  #endOf(ttlMs: number | undefined): number {
    if (ttlMs === undefined) return Number.POSITIVE_INFINITY;
    checkTtl(ttlMs);
    return this.#clock.monotonicMs() + ttlMs;
  }
}

function integerOf(value: string): number {
  if (!/^-?\d{1,16}$/.test(value)) throw notACounter();
  return Number(value);
}
