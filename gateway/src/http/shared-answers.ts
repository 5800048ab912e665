import { CallerGone, type Departure, Leaving, reasonToEnd } from '../execution/departure.ts';

/** How long a question waits for the one in front of it before it is asked all the same, milliseconds. */
const patienceMs = 25;

interface Asked<Answer> {
  /** Those who came while it ran: they are answered together, by an execution that starts after the last of them came. */
  next: { readonly sharers: Sharers; readonly answer: Promise<Answer> } | undefined;
  readonly settled: Promise<unknown>;
}

/** Runs the question. What it is given is aborted when the last who waits for the answer has gone. */
export type Execute<Answer> = (everybodyGone: Departure) => Promise<Answer>;

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

  /**
   * Runs `execute`, or shares the run of another caller with the same key. The key holds everything the answer depends on. Whoever says by `gone`
   * that they left is answered no more; a run that nobody waits for is told, and one that has not begun does not begin.
   * @throws CallerGone once `gone` is aborted
   */
  answer(key: string, execute: Execute<Answer>, gone?: Departure): Promise<Answer> {
    if (gone?.aborted === true) return Promise.reject(reasonToEnd(gone));
    const inFront = this.#asked.get(key);
    if (inFront === undefined) {
      const sharers = new Sharers();
      return sharers.wait(this.#run(key, sharers, execute), gone);
    }
    if (inFront.next === undefined || inFront.next.sharers.gone.aborted)
      inFront.next = this.#after(inFront, key, execute);
    return inFront.next.sharers.wait(inFront.next.answer, gone);
  }

  #after(inFront: Asked<Answer>, key: string, execute: Execute<Answer>): NonNullable<Asked<Answer>['next']> {
    const sharers = new Sharers();
    const answer = patience(inFront.settled).then(() => {
      if (!sharers.gone.aborted) return this.#run(key, sharers, execute);
      if (inFront.next?.sharers === sharers) {
        inFront.next = undefined;
        this.#forget(key, inFront);
      }
      throw new CallerGone();
    });
    return { sharers, answer };
  }

  #run(key: string, sharers: Sharers, execute: Execute<Answer>): Promise<Answer> {
    const running = execute(sharers.gone);
    const asked: Asked<Answer> = { next: undefined, settled: running.catch(() => undefined) };
    this.#asked.set(key, asked);
    this.#forget(key, asked);
    return running;
  }

  /** Once it is settled, where nothing follows it. */
  #forget(key: string, asked: Asked<Answer>): void {
    void asked.settled.then(() => {
      if (this.#asked.get(key) === asked && asked.next === undefined) this.#asked.delete(key);
    });
  }
}

/** Counts who waits for one execution. */
class Sharers {
  readonly gone = new Leaving();
  #waiting = 0;

  wait<Answer>(answer: Promise<Answer>, gone: Departure | undefined): Promise<Answer> {
    this.#waiting += 1;
    // Who cannot say that they left waits to the end.
    if (gone === undefined) return answer;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(reasonToEnd(gone));
        this.#waiting -= 1;
        if (this.#waiting === 0) this.gone.abort(gone.reason);
      };
      gone.addEventListener('abort', leave, { once: true });
      const stay = (): void => gone.removeEventListener('abort', leave);
      answer.then(
        (value) => {
          stay();
          resolve(value);
        },
        (error: unknown) => {
          stay();
          reject(error);
        },
      );
    });
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
