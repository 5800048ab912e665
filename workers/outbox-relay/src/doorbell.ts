/** Lets one loop sleep until somebody rings; a ring while it works ends its next sleep at once. */
export class Doorbell {
  #rung = false;
  #answer: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#answer?.();
  }

  reset(): void {
    this.#rung = false;
  }

  async wait(limitMs: number): Promise<void> {
    if (this.#rung) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#answer = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#answer = undefined;
  }
}
