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
 * How far each subject came, by the key of the start it came furthest from. Steps follow one another in time (two at one moment do not),
 * each no longer than `withinMs` after the start. Events come ordered by subject, then by time.
 *
 * For one start the earliest next step is as good as any later one, so a chain is followed greedily; for each step the latest start that
 * reaches it is kept, because it leaves the most time. One pass, steps × events.
 */
export function funnelReach(
  events: Iterable<FunnelEvent>,
  question: FunnelQuestion,
): ReadonlyMap<string, readonly number[]> {
  const counts = new Map<string, number[]>();
  const finish = (chains: Chains): void => {
    const best = chains.furthest;
    if (best === undefined) return;
    const key = JSON.stringify(best.key);
    const reached = counts.get(key) ?? Array.from({ length: question.steps }, () => 0);
    for (let step = 0; step <= best.step; step += 1) reached[step] = (reached[step] ?? 0) + 1;
    counts.set(key, reached);
  };
  let subject: string | undefined;
  let chains = new Chains(question);
  for (const event of events) {
    if (event.subject !== subject) {
      finish(chains);
      chains = new Chains(question);
      subject = event.subject;
    }
    chains.add(event);
  }
  finish(chains);
  return counts;
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
