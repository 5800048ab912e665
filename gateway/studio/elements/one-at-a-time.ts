/** Does one piece of work at a time: what is asked for while it is under way is not done, because it is the same press, made twice. */
export class OneAtATime {
  #isUnderWay = false;

  /** Answers when it is over, where it takes time; undefined when it is over at once, or was not begun. */
  do(work: () => unknown): Promise<void> | undefined {
    if (this.#isUnderWay) return undefined;
    const done = work();
    if (!(done instanceof Promise)) return undefined;
    this.#isUnderWay = true;
    return done.then(
      () => {
        this.#isUnderWay = false;
      },
      (cause: unknown) => {
        this.#isUnderWay = false;
        throw cause;
      },
    );
  }
}
