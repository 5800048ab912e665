import type { LogEvent } from './port.ts';

export interface RecentBounds {
  readonly events: number;
  /** Of their JSON, in UTF-16 units. */
  readonly jsonLength: number;
  /** After so long without an append all are let go. */
  readonly idleMs: number;
}

const defaultBounds: RecentBounds = { events: 4_000, jsonLength: 8 * 1024 * 1024, idleMs: 5_000 };

interface Kept {
  readonly json: string;
  /** Made when the first reader asks, and shared by all. */
  event: LogEvent | undefined;
}

/**
 * The JSON of what this process has appended of late, by topic and event id. Where the relay and the readers share a process every event would otherwise
 * travel back from the database and be parsed once for each reader. What it holds is what was stored; what was stored is asked of the database.
 */
export class RecentEvents implements Disposable {
  readonly #bounds: RecentBounds;
  readonly #kept = new Map<string, Kept>();
  #jsonLength = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(bounds: RecentBounds = defaultBounds) {
    this.#bounds = bounds;
  }

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  add(key: string, json: string): void {
    if (this.#kept.has(key)) return;
    this.#kept.set(key, { json, event: undefined });
    this.#jsonLength += json.length;
    for (const [oldest, { json: leaving }] of this.#kept) {
      if (this.#kept.size <= this.#bounds.events && this.#jsonLength <= this.#bounds.jsonLength) break;
      this.#kept.delete(oldest);
      this.#jsonLength -= leaving.length;
    }
    if (this.#idle === undefined) this.#idle = setTimeout(() => this.#forget(), this.#bounds.idleMs).unref();
    else this.#idle.refresh();
  }

  get(key: string): LogEvent | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    kept.event ??= JSON.parse(kept.json) as LogEvent;
    return kept.event;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#idle);
    this.#forget();
  }

  #forget(): void {
    this.#idle = undefined;
    this.#kept.clear();
    this.#jsonLength = 0;
  }
}
