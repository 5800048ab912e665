/** Who loses an engine to another installation finds it out within this time, or before the next request where connections broke meanwhile. */
const believedForMs = 1_000;

/**
 * Whether what an engine keeps is still this installation's. A place that was found to be ours at the start may have lost all it had since, and be another's by now: it is
 * looked at again before whatever is asked of it.
 */
export class Ownership {
  readonly #look: () => Promise<void>;
  #believedSinceMs = Number.NEGATIVE_INFINITY;
  #doubts = 0;
  #looking: Promise<void> | undefined;

  /** @param look claims what is nobody's, and throws CodedError CONFIG_INVALID for what is another's */
  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  /** Resolves where a look that is younger than a second found it ours. @throws what looking throws */
  async ensure(): Promise<void> {
    if (performance.now() - this.#believedSinceMs < believedForMs) return;
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  /** A connection broke: who is at its other end may have nothing of what was there. */
  doubt(): void {
    this.#doubts += 1;
    this.#believedSinceMs = Number.NEGATIVE_INFINITY;
  }

  async #lookNow(): Promise<void> {
    const [begunMs, doubts] = [performance.now(), this.#doubts];
    await this.#look();
    if (this.#doubts === doubts) this.#believedSinceMs = begunMs;
  }
}
