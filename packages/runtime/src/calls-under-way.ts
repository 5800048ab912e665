/** So long a call that does not settle stands for what it asked: a new one may be answered, where the way was lost and not who is asked. */
const givenUpAfterMs = 30_000;

interface Call<Answer> {
  readonly answer: Promise<Answer>;
  readonly sinceMs: number;
}

/**
 * Asks somebody one thing at a time: who asks the same meanwhile waits for the same answer. What is looked at again and again, and hangs without a limit of its
 * own, would have a call more behind it with each look.
 */
export class CallsUnderWay<Answer> {
  readonly #calls = new WeakMap<object, Call<Answer>>();

  /** `whom` names who is asked. The answer of a call that nobody waits for any more is nobody's fault. */
  ask(whom: object, call: () => Promise<Answer>): Promise<Answer> {
    const underWay = this.#calls.get(whom);
    const sinceMs = performance.now();
    if (underWay !== undefined && sinceMs - underWay.sinceMs < givenUpAfterMs) return underWay.answer;
    const answer = call();
    const begun = { answer, sinceMs };
    this.#calls.set(whom, begun);
    const ended = (): void => {
      if (this.#calls.get(whom) === begun) this.#calls.delete(whom);
    };
    answer.then(ended, ended);
    return answer;
  }
}
