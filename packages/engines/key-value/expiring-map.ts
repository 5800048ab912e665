import { CodedError } from '@tributary/runtime';

interface Entry<Value> {
  readonly value: Value;
  readonly expiresAtMs: number;
}

export interface ExpiringMapOptions {
  /** Entries held at most. */
  readonly capacity: number;
  /** Whether a full map may forget its least recently written entry that has an end anyway. Locks may not. */
  readonly forgets: boolean;
  readonly nowMs: () => number;
}

/** How many other entries each write looks at, to drop what has expired without a timer. Two outrun one write. */
const sweptPerWrite = 2;

/** A map whose entries end, bounded in size, without timers. Entries that never end are kept apart and are never forgotten. */
export class ExpiringMap<Value> {
  readonly #options: ExpiringMapOptions;
  readonly #lasting = new Map<string, Value>();
  /** In the order of their last write. */
  readonly #ending = new Map<string, Entry<Value>>();
  #sweep: Iterator<[string, Entry<Value>]> | undefined;

  constructor(options: ExpiringMapOptions) {
    this.#options = options;
  }

  get(key: string): Value | undefined {
    return this.entry(key)?.value;
  }

  /** The value with the moment it ends: Infinity where it never does. */
  entry(key: string): Entry<Value> | undefined {
    const lasting = this.#lasting.get(key);
    if (lasting !== undefined) return { value: lasting, expiresAtMs: Number.POSITIVE_INFINITY };
    const entry = this.#ending.get(key);
    if (entry === undefined || entry.expiresAtMs > this.#options.nowMs()) return entry;
    this.#ending.delete(key);
    return undefined;
  }

  /** @throws CodedError OVERLOADED when the map is full of what it may not forget. */
  set(key: string, value: Value, expiresAtMs: number): void {
    if (!this.#lasting.has(key) && !this.#ending.has(key)) this.#makeRoom();
    this.delete(key);
    if (expiresAtMs === Number.POSITIVE_INFINITY) this.#lasting.set(key, value);
    else this.#ending.set(key, { value, expiresAtMs });
  }

  delete(key: string): void {
    this.#lasting.delete(key);
    this.#ending.delete(key);
  }

  /** Entries held, expired ones that no write has come across yet included. */
  get size(): number {
    return this.#lasting.size + this.#ending.size;
  }

  #makeRoom(): void {
    this.#dropExpired(sweptPerWrite);
    if (this.size < this.#options.capacity) return;
    const oldest = this.#ending.keys().next();
    if (this.#options.forgets && oldest.done !== true) {
      this.#ending.delete(oldest.value);
      return;
    }
    this.#dropExpired(this.#ending.size);
    if (this.size < this.#options.capacity) return;
    throw new CodedError('OVERLOADED', 'The key-value store is full.', {
      details: { capacity: this.#options.capacity },
    });
  }

  /** Goes on where the last write stopped: a Map's iterator stays valid while entries come and go. */
  #dropExpired(most: number): void {
    const nowMs = this.#options.nowMs();
    for (let looked = 0; looked < most; looked += 1) {
      this.#sweep ??= this.#ending.entries();
      const next = this.#sweep.next();
      if (next.done === true) this.#sweep = undefined;
      else if (next.value[1].expiresAtMs <= nowMs) this.#ending.delete(next.value[0]);
    }
  }
}
