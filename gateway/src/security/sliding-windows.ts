import type { WindowBudget, WindowRequest } from '@tributary/engines/key-value';
import type { Clock } from '@tributary/runtime';

const subjectLimit = 10_000;

/** Exact sliding windows in this process: the insurance for times when the shared ones cannot be reached. */
export class SlidingWindows {
  readonly #clock: Clock;
  /** Times of what was taken, oldest first, by key. */
  readonly #taken = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take({ key, limit, windowMs, cost }: WindowRequest): WindowBudget {
    const nowMs = this.#clock.monotonicMs();
    const times = (this.#taken.get(key) ?? []).filter((timeMs) => timeMs > nowMs - windowMs);
    this.#taken.delete(key);
    this.#taken.set(key, times);
    if (this.#taken.size > subjectLimit) this.#forgetOldest();
    if (times.length + cost > limit) {
      const free = times[times.length + cost - limit - 1] ?? nowMs;
      return {
        allowed: false,
        remaining: limit - times.length,
        retryAfterMs: Math.max(1, free + windowMs - nowMs),
      };
    }
    for (let unit = 0; unit < cost; unit += 1) times.push(nowMs);
    return { allowed: true, remaining: limit - times.length, retryAfterMs: 0 };
  }

  #forgetOldest(): void {
    const [oldest] = this.#taken.keys();
    if (oldest !== undefined) this.#taken.delete(oldest);
  }
}
