/** Time as the code sees it. Injected everywhere, so that tests own it. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch: for stamps that people and other systems read. */
  now(): number;
  /** Milliseconds that never run backwards: for durations, deadlines and leases held in this process. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
  }
}
