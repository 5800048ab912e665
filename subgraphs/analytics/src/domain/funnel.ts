/** One event of a subject that is a step of the funnel. */
export interface FunnelEvent {
  readonly subject: string;
  readonly timeMs: number;
  /** The steps it counts as, by their place; an event may be several. */
  readonly steps: readonly number[];
  /** The value that funnels are split by, of events that are the first step. */
  readonly key: string | number | boolean | null;
}

export interface FunnelQuestion {
  readonly steps: number;
  /** Between the first and the last step, milliseconds. */
  readonly withinMs: number;
  /** The first step lies in here. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Counts how far each subject came, by the key of the start it came furthest from. Steps follow one another in time (two at one moment do not),
 * each no longer than `withinMs` after the start. Events come ordered by subject, then by time; nothing is kept of them but where their subject stands.
 *
 * For one start the earliest next step is as good as any later one, so a chain is followed greedily; for each step the latest start that
 * reaches it is kept, because it leaves the most time. One pass, steps × events.
 */
export class FunnelCounts {
  readonly #question: FunnelQuestion;
  readonly #counts = new Map<string, number[]>();
  #keyChars = 0;
  #subject: string | undefined;
  #chains: Chains;

  constructor(question: FunnelQuestion) {
    this.#question = question;
    this.#chains = new Chains(question);
  }

  take(events: Iterable<FunnelEvent>): void {
    for (const event of events) {
      if (event.subject !== this.#subject) {
        this.#finish();
        this.#subject = event.subject;
      }
      this.#chains.add(event);
    }
  }

  /** How long the keys are together that are kept. */
  get keyChars(): number {
    return this.#keyChars;
  }

  /** How many reached each step, by key as JSON, when all events were taken. */
  result(): ReadonlyMap<string, readonly number[]> {
    this.#finish();
    return this.#counts;
  }

  #finish(): void {
    const best = this.#chains.furthest;
    this.#chains = new Chains(this.#question);
    if (best === undefined) return;
    const key = JSON.stringify(best.key);
    const known = this.#counts.get(key);
    if (known === undefined) this.#keyChars += key.length;
    const reached = known ?? Array.from({ length: this.#question.steps }, () => 0);
    for (let step = 0; step <= best.step; step += 1) reached[step] = (reached[step] ?? 0) + 1;
    this.#counts.set(key, reached);
  }
}

export type Reach = readonly [key: string, counts: readonly number[]];

/** Those that most began, at most `most`, in that order; of equal ones those that came first. One pass: there may be one a subject. */
export function largestFunnels(reach: Iterable<Reach>, most: number): readonly Reach[] {
  const begun = ([, [count = 0]]: Reach): number => count;
  const largest: Reach[] = [];
  for (const one of reach) {
    const smallest = largest.at(-1);
    if (largest.length === most && smallest !== undefined && begun(one) <= begun(smallest)) continue;
    const at = largest.findIndex((other) => begun(other) < begun(one));
    largest.splice(at < 0 ? largest.length : at, 0, one);
    if (largest.length > most) largest.pop();
  }
  return largest;
}

interface Start {
  readonly timeMs: number;
  readonly key: FunnelEvent['key'];
}

/** What one subject has reached: for each step the latest start from which it was reached, and when. */
class Chains {
  furthest: { readonly step: number; readonly key: FunnelEvent['key'] } | undefined;
  readonly #question: FunnelQuestion;
  readonly #reached: ({ readonly start: Start; readonly atMs: number } | undefined)[];
  /** The states before the events of the moment that is looked at: steps at one moment do not follow one another. */
  #before: readonly ({ readonly start: Start; readonly atMs: number } | undefined)[] = [];
  #momentMs = Number.NaN;

  constructor(question: FunnelQuestion) {
    this.#question = question;
    this.#reached = Array.from({ length: question.steps }, () => undefined);
  }

  add({ timeMs, steps, key }: FunnelEvent): void {
    if (timeMs !== this.#momentMs) {
      this.#before = [...this.#reached];
      this.#momentMs = timeMs;
    }
    const { fromMs, toMs, withinMs } = this.#question;
    for (const step of steps) {
      if (step === 0) {
        if (timeMs >= fromMs && timeMs < toMs) this.#reach(0, { start: { timeMs, key }, atMs: timeMs });
        continue;
      }
      const previous = this.#before[step - 1];
      if (previous !== undefined && timeMs - previous.start.timeMs <= withinMs)
        this.#reach(step, { start: previous.start, atMs: timeMs });
    }
  }

  #reach(step: number, state: { readonly start: Start; readonly atMs: number }): void {
    this.#reached[step] = state;
    if (this.furthest === undefined || step > this.furthest.step)
      this.furthest = { step, key: state.start.key };
  }
}
