import { setTimeout as delay } from 'node:timers/promises';

const firstMs = 50;
const longestMs = 10_000;

/** Exponential backoff with full jitter over its upper half: 25–50 ms, then doubling up to 5–10 s. */
export class Backoff {
  #failures = 0;
  #untilMs = 0;

  failed(nowMs: number): void {
    this.#failures += 1;
    const ceilingMs = Math.min(longestMs, firstMs * 2 ** (this.#failures - 1));
    this.#untilMs = nowMs + ceilingMs * (0.5 + Math.random() / 2);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#untilMs = 0;
  }

  /** Milliseconds left to rest. */
  restMs(nowMs: number): number {
    return Math.max(0, this.#untilMs - nowMs);
  }

  isResting(nowMs: number): boolean {
    return this.restMs(nowMs) > 0;
  }

  /** Waits the rest out; ends early with the signal. */
  async pause(nowMs: number, signal: AbortSignal): Promise<void> {
    if (this.isResting(nowMs)) await delay(this.restMs(nowMs), undefined, { signal }).catch(() => undefined);
  }
}
