import type { WindowBudget, WindowRequest } from './port.ts';

interface Taking {
  readonly firstAtMs: number;
  lastAtMs: number;
  units: number;
}

/** Above this many takings, close neighbours are counted as one: a window never holds more than twice as many. */
export const exactTakings = 256;

/**
 * A log of what was taken within one window. Exact for up to 256 takings; beyond, takings within 1/256 of the window are
 * counted as if made at the last of them, so budget comes back later than it might by that much, and never earlier.
 */
export class SlidingWindow {
  #takings: Taking[] = [];
  #used = 0;

  /** Takes `cost` units when they fit. Times are monotonic and may have fractions. */
  take({ limit, windowMs, cost }: WindowRequest, nowMs: number): WindowBudget {
    // Whole milliseconds, the end of a wait rounded up: a caller who waits `retryAfterMs` is never a rounding error early.
    const beforeMs = Math.floor(nowMs);
    this.#forget(beforeMs - windowMs);
    if (this.#used + cost <= limit) {
      this.#record({ windowMs, cost }, Math.ceil(nowMs));
      return { allowed: true, remaining: limit - this.#used, retryAfterMs: 0 };
    }
    const remaining = Math.max(0, limit - this.#used);
    return { allowed: false, remaining, retryAfterMs: this.#freeAtMs(limit - cost) + windowMs - beforeMs };
  }

  #forget(untilMs: number): void {
    let gone = 0;
    for (const taking of this.#takings) {
      if (taking.lastAtMs > untilMs) break;
      this.#used -= taking.units;
      gone += 1;
    }
    if (gone > 0) this.#takings.splice(0, gone);
  }

  #record({ windowMs, cost }: { windowMs: number; cost: number }, atMs: number): void {
    if (cost === 0) return;
    this.#used += cost;
    const last = this.#takings.at(-1);
    const isNear = last !== undefined && atMs - last.firstAtMs < windowMs / exactTakings;
    if (last !== undefined && (last.lastAtMs === atMs || (isNear && this.#takings.length >= exactTakings))) {
      last.lastAtMs = atMs;
      last.units += cost;
    } else {
      this.#takings.push({ firstAtMs: atMs, lastAtMs: atMs, units: cost });
    }
  }

  /** When the taking was made whose end leaves no more than `units` in use. */
  #freeAtMs(units: number): number {
    let used = this.#used;
    let atMs = 0;
    for (const taking of this.#takings) {
      if (used <= units) break;
      used -= taking.units;
      atMs = taking.lastAtMs;
    }
    return atMs;
  }

  get takings(): number {
    return this.#takings.length;
  }
}
