/** So long a subgraph may say nothing to anybody before it counts as one that hangs, milliseconds. */
const silenceMs = 250;

/**
 * Bounds how many wait for a subgraph that hangs, be it for one answer that all of them share: half of what may be under way, so that there is room for the
 * others. Of one that answers it takes more, because who waits there does not wait long, but never more than three quarters.
 */
export class Crowd {
  readonly #underWay: number;
  readonly #nowMs: () => number;
  #waiting = 0;
  /** Of them. */
  #patient = 0;
  /** When it last answered, or was asked while nothing was under way. */
  #heardAtMs = 0;

  constructor(underWay: number, nowMs: () => number) {
    this.#underWay = underWay;
    this.#nowMs = nowMs;
  }

  /** Whoever is let in has to `leave`. The patient are let in, however many there are, and take nobody's place. */
  letsIn(isPatient = false): boolean {
    if (this.#waiting === 0) this.heard();
    if (!isPatient && this.#isFull) return false;
    this.#waiting += 1;
    if (isPatient) this.#patient += 1;
    return true;
  }

  leave(isPatient = false): void {
    this.#waiting -= 1;
    if (isPatient) this.#patient -= 1;
  }

  get #isFull(): boolean {
    const waiting = this.#waiting - this.#patient;
    if (waiting * 4 >= this.#underWay * 3) return true;
    return waiting * 2 >= this.#underWay && this.#nowMs() - this.#heardAtMs > silenceMs;
  }

  heard(): void {
    this.#heardAtMs = this.#nowMs();
  }
}
