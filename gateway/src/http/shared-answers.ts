import { CodedError } from '@tributary/runtime';
import { CallerGone, type Departure, reasonToEnd } from '../execution/departure.ts';
import { endOfTurn } from '../execution/end-of-turn.ts';
import { Sharers } from '../execution/sharers.ts';

/** How long a question waits for the one in front of it before it is asked all the same, milliseconds. */
const patienceMs = 25;

/** Runs the question. What it is given is aborted when the last who waits for the answer has gone. */
export type Execute<Answer> = (everybodyGone: Departure) => Promise<Answer>;

/** One execution, and those who share it: all who came before it began. */
interface Round<Answer> {
  readonly sharers: Sharers;
  readonly answer: Promise<Answer>;
  /** From its beginning on. */
  settled: Promise<unknown> | undefined;
  /** Of those who came since it began. */
  next: Round<Answer> | undefined;
}

/**
 * Equal questions of one moment are answered by one execution.
 *
 * A question shares only an execution that *starts after it came*. Joining one that runs already (what request deduplication
 * usually means) can answer from before the asker's own write: write, acknowledged, read, and the old value comes back. Here, while an
 * execution runs, whoever comes waits for the next one, and all who waited share that. So reads stay linearizable, and under load
 * each execution serves everybody who came meanwhile (group commit, for reads). The first begins when this turn of the event loop ends: those who were
 * answered together, and have the same next question, ask it together. Two of a question are on their way at a time, and of one that takes longer than the
 * patience of those who wait, one more for each time that it ran out.
 */
export class SharedAnswers<Answer> {
  /** The last of each question that began, or that waits for nothing but the end of the turn. */
  readonly #rounds = new Map<string, Round<Answer>>();
  readonly #crowds = new Crowds();
  readonly #mostSharers: number;
  readonly #onIdle: () => void;

  /** `mostSharers` may wait for the answers to one question; `onIdle` hears when no question is asked any more. */
  constructor(mostSharers = Number.POSITIVE_INFINITY, onIdle: () => void = () => undefined) {
    this.#mostSharers = mostSharers;
    this.#onIdle = onIdle;
  }

  /**
   * Runs `execute`, or shares the run of another caller with the same key. The key holds everything the answer depends on. Whoever says by `gone`
   * that they left is answered no more; a run that nobody waits for is told, and one that has not begun does not begin.
   * @throws CallerGone once `gone` is aborted; CodedError OVERLOADED
   */
  answer(key: string, execute: Execute<Answer>, gone?: Departure): Promise<Answer> {
    if (gone?.aborted === true) return Promise.reject(reasonToEnd(gone));
    if (this.#crowds.waitingFor(key) >= this.#mostSharers) return Promise.reject(crowded());
    const { sharers, answer } = this.#toJoin(key, execute);
    return sharers.wait(answer, gone);
  }

  #toJoin(key: string, execute: Execute<Answer>): Round<Answer> {
    const last = this.#rounds.get(key);
    if (last?.settled !== undefined) {
      if (last.next === undefined || last.next.sharers.gone.aborted)
        last.next = this.#roundAfter(patience(last.settled), key, execute);
      return last.next;
    }
    if (last !== undefined && !last.sharers.gone.aborted) return last;
    const first = this.#roundAfter(endOfTurn(), key, execute);
    this.#rounds.set(key, first);
    return first;
  }

  #roundAfter(before: Promise<unknown>, key: string, execute: Execute<Answer>): Round<Answer> {
    const sharers = new Sharers({
      join: () => this.#crowds.join(key),
      leave: () => this.#crowds.leave(key),
    });
    const answer = before.then(() => {
      if (sharers.gone.aborted) {
        this.#leaveOut(key, round);
        throw new CallerGone();
      }
      const running = begun(execute, sharers.gone);
      round.settled = running.catch(() => undefined);
      this.#rounds.set(key, round);
      this.#forget(key, round);
      return running;
    });
    const round: Round<Answer> = { sharers, answer, settled: undefined, next: undefined };
    return round;
  }

  /** A round that does not begin. */
  #leaveOut(key: string, round: Round<Answer>): void {
    const last = this.#rounds.get(key);
    if (last === round) this.#end(key);
    if (last === undefined || last.next !== round) return;
    last.next = undefined;
    this.#forget(key, last);
  }

  /** Once it is settled, where nothing follows it. */
  #forget(key: string, round: Round<Answer>): void {
    void round.settled?.then(() => {
      if (this.#rounds.get(key) === round && round.next === undefined) this.#end(key);
    });
  }

  #end(key: string): void {
    this.#rounds.delete(key);
    if (this.#rounds.size === 0) this.#onIdle();
  }
}

/** An execution that cannot even begin fails as one that ends badly: those who wait are told, and nobody joins it later. */
function begun<Answer>(execute: Execute<Answer>, everybodyGone: Departure): Promise<Answer> {
  try {
    return execute(everybodyGone);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** How many wait for any of the executions of each question, of whichever round they are. */
class Crowds {
  readonly #waiting = new Map<string, number>();

  waitingFor(key: string): number {
    return this.#waiting.get(key) ?? 0;
  }

  join(key: string): void {
    this.#waiting.set(key, this.waitingFor(key) + 1);
  }

  leave(key: string): void {
    const left = this.waitingFor(key) - 1;
    if (left === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, left);
  }
}

function crowded(): CodedError {
  return new CodedError('OVERLOADED', 'Too many wait for the answer to this very question.', {
    details: { retryAfterSeconds: 1 },
  });
}

/** Resolves when `settled` does, or when patience is at its end. */
function patience(settled: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  return Promise.race([settled, enough]).finally(() => clearTimeout(timer));
}
