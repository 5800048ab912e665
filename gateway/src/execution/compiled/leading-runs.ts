import { endOfTurn } from '../end-of-turn.ts';
import type { FetchToFollow, RunToFollow } from './plan-run.ts';
import type { RequestHead } from './planned-request.ts';
import type { FetchAnswer } from './subgraph-fetch.ts';

interface LedFetch {
  /** Known once it is asked, or known not to be. */
  known: FetchToFollow | 'skipped' | undefined;
  /** What it was told, once it was. */
  exchange: object | undefined;
  readonly waiting: (() => void)[];
}

/**
 * A run that is being worked out. Many ask the same at one moment, and where a subgraph sees no difference between them one exchange serves them all. What
 * follows from the same is the same (that is why runs can be remembered), so one of them is worked out and the others go along: they ask what it asks,
 * each for itself, and while each is told by the exchange that told the first, its answer is theirs.
 *
 * Whoever shares an exchange is told in the same turn of the event loop, so what the leading run does next is known at the end of that turn, or is not what
 * the others would do: nobody waits longer for it.
 */
export class LeadingRun implements RunToFollow {
  /** What told its first fetch. */
  readonly first: object;
  /** The whole answer; undefined when nobody may have it but whoever asked: something failed, or was told to it alone. */
  readonly body: Promise<Buffer | undefined>;
  readonly #fetches: (LedFetch | undefined)[] = [];
  #end: (body: Buffer | undefined) => void = () => undefined;
  #isOver = false;

  constructor(first: object) {
    this.first = first;
    this.body = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  asked(
    index: number,
  ): FetchToFollow | 'skipped' | 'unknown' | Promise<FetchToFollow | 'skipped' | 'unknown'> {
    const fetch = this.#fetch(index);
    if (fetch.known !== undefined) return fetch.known;
    if (this.#isOver) return 'unknown';
    const told = new Promise<void>((resolve) => fetch.waiting.push(resolve));
    return Promise.race([told, endOfTurn()]).then(() => fetch.known ?? 'unknown');
  }

  isToldSame(index: number, { exchange }: FetchAnswer): boolean | Promise<boolean> {
    if (exchange === undefined) return false;
    const fetch = this.#fetch(index);
    if (fetch.exchange !== undefined) return fetch.exchange === exchange;
    return endOfTurn().then(() => fetch.exchange === exchange);
  }

  asks(index: number, head: RequestHead, body: string): void {
    const fetch = this.#fetch(index);
    // Whoever goes along knows one request of each fetch.
    if (fetch.known !== undefined) this.end(undefined);
    else settle(fetch, { head, body, expected: undefined });
  }

  told(index: number, { exchange }: FetchAnswer): void {
    this.#fetch(index).exchange = exchange;
    if (exchange === undefined) this.end(undefined);
  }

  /** Of a fetch there is no more to ask. */
  passes(index: number): void {
    const fetch = this.#fetch(index);
    if (fetch.known === undefined) settle(fetch, 'skipped');
  }

  /** The first end holds. */
  end(body: Buffer | undefined): void {
    this.#isOver = true;
    this.#end(body);
  }

  #fetch(index: number): LedFetch {
    this.#fetches[index] ??= { known: undefined, exchange: undefined, waiting: [] };
    return this.#fetches[index];
  }
}

function settle(fetch: LedFetch, known: FetchToFollow | 'skipped'): void {
  fetch.known = known;
  for (const resolve of fetch.waiting.splice(0)) resolve();
}
