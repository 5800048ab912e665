/** How long a question waits for the one in front of it before it is asked all the same, milliseconds. */
const patienceMs = 25;

interface Asked<Answer> {
  /** Those who came while it ran: they are answered together, by an execution that starts after the last of them came. */
  next: Promise<Answer> | undefined;
  readonly settled: Promise<unknown>;
}

/**
 * Equal questions of one moment are answered by one execution.
 *
 * A question shares only an execution that *starts after it came*. Joining one that runs already (what request deduplication
 * usually means) can answer from before the asker's own write: write, acknowledged, read, and the old value comes back. Here, while an
 * execution runs, whoever comes waits for the next one, and all who waited share that. So reads stay linearizable, and under load
 * each execution serves everybody who came meanwhile (group commit, for reads). Two of a question are on their way at a time, and of one that takes longer than
 * the patience of those who wait, one more for each time that it ran out.
 */
export class SharedAnswers<Answer> {
  readonly #asked = new Map<string, Asked<Answer>>();

  /** Runs `execute`, or shares the run of another caller with the same key. The key holds everything the answer depends on. */
  answer(key: string, execute: () => Promise<Answer>): Promise<Answer> {
    const inFront = this.#asked.get(key);
    if (inFront === undefined) return this.#run(key, execute);
    inFront.next ??= patience(inFront.settled).then(() => this.#run(key, execute));
    return inFront.next;
  }

  #run(key: string, execute: () => Promise<Answer>): Promise<Answer> {
    const running = execute();
    const asked: Asked<Answer> = { next: undefined, settled: running.catch(() => undefined) };
    this.#asked.set(key, asked);
    asked.settled.then(() => {
      if (this.#asked.get(key) === asked && asked.next === undefined) this.#asked.delete(key);
    });
    return running;
  }
}

/** Resolves when `settled` does, or when patience is at its end. */
function patience(settled: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  return Promise.race([settled, enough]).finally(() => clearTimeout(timer));
}
