import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaLink } from '../kafka/link.ts';
import { PlaceFetcher } from './kafka-fetcher.ts';
import { misplacedBy, type Place, type PlaceRead, readingOf } from './kafka-places.ts';
import type { KafkaSeat, Term } from './kafka-seat.ts';
import { TopicWatch } from './kafka-topic-ids.ts';
import type { ConsumeOptions, ForeignRecord, LogRecord } from './port.ts';
import { trimmedUnread } from './unread-records.ts';

const beatEveryMs = 1_000;
/** Without an answer for so long the coordinator has given the partitions to others. */
const silentForMs = 9_000;
const pollMs = 500;
/** While a place is left out, because its records wait for their handler: it must not miss the next question by half a second. */
const shortPollMs = 25;
const batchSize = 500;
const longestPauseMs = 10_000;

/** A partition of this term. */
interface Held {
  /** Where fetching goes on. */
  readonly place: Place;
  /** Fetched, not handled; one answer at most. */
  waiting: LogRecord[];
  /** Of the same answer, where somebody wants to be told of it. */
  foreign: ForeignRecord[];
  /** What lies before has been told of: a batch that fails comes again, and is not told of anew. */
  toldUntil: number;
  /** After what waits: transactions leave marks that are no records. */
  afterWaiting: number;
  handling: Promise<void> | undefined;
  failures: number;
}

export interface TermDeps {
  readonly link: KafkaLink;
  readonly seat: KafkaSeat;
  readonly term: Term;
  readonly options: ConsumeOptions;
}

/** Handles a member's share of the partitions, side by side, as long as the group's term lasts. */
export class KafkaTerm {
  readonly #deps: TermDeps;
  readonly #held: readonly Held[];
  readonly #over = new AbortController();
  readonly #stopping: AbortSignal;
  #handlers = 0;

  constructor(deps: TermDeps, stopping: AbortSignal) {
    this.#deps = deps;
    this.#stopping = stopping;
    this.#held = deps.term.places.map((place) => ({
      place,
      waiting: [],
      foreign: [],
      toldUntil: place.offset,
      afterWaiting: place.offset,
      handling: undefined,
      failures: 0,
    }));
  }

  /** Ends with the term, or when the member stops; every handler has returned by then. */
  async run(): Promise<void> {
    const end = (): void => this.#over.abort();
    this.#stopping.addEventListener('abort', end);
    try {
      if (this.#stopping.aborted) end();
      const beating = this.#beat();
      await this.#fetch();
      await Promise.all(this.#held.map(({ handling }) => handling));
      end();
      await beating;
    } finally {
      this.#stopping.removeEventListener('abort', end);
    }
  }

  /** Goes on until the last handler has returned: the group waits for it. */
  async #beat(): Promise<void> {
    const { seat, term, options, link } = this.#deps;
    let heardMs = performance.now();
    while (!this.#over.signal.aborted || this.#handlers > 0) {
      await delay(
        beatEveryMs,
        undefined,
        this.#over.signal.aborted ? {} : { signal: this.#over.signal },
      ).catch(() => undefined);
      if (this.#over.signal.aborted && this.#handlers === 0) return;
      try {
        const state = await seat.beat(term);
        heardMs = performance.now();
        if (state === 'kept') continue;
        this.#over.abort();
        if (state === 'lost') return;
      } catch (error) {
        options.onTrouble?.(link.coded(error));
        if (performance.now() - heardMs < silentForMs) continue;
        this.#over.abort();
        return;
      }
    }
  }

  async #fetch(): Promise<void> {
    const { link, options } = this.#deps;
    const fetcher = new PlaceFetcher(link);
    const watch = new TopicWatch(link);
    const { signal } = this.#over;
    let failures = 0;
    while (!signal.aborted && !(await this.#isOverBy(watch))) {
      const free = this.#held.filter((held) => !hasWork(held));
      const waitMs = free.length < this.#held.length ? shortPollMs : pollMs;
      try {
        const reads = await fetcher.next(
          free.map(({ place }) => place),
          waitMs,
        );
        failures = 0;
        for (const read of reads) this.#take(read);
        if (free.length === 0) await delay(waitMs, undefined, { signal }).catch(() => undefined);
      } catch (error) {
        watch.lookSoon();
        if (await this.#isOverBy(watch)) break;
        if (await this.#replaced(error)) continue;
        options.onTrouble?.(link.coded(error, readingOf(this.#held.map(({ place }) => place))));
        failures += 1;
        await delay(Math.min(5_000, 50 * 2 ** failures), undefined, { signal }).catch(() => undefined);
      }
      for (const held of this.#held) this.#start(held);
    }
  }

  /** A topic that was made anew, has come back or got partitions ends the term: where the next one begins in it is for the seat to say. */
  async #isOverBy(watch: TopicWatch): Promise<boolean> {
    const places = this.#held.map(({ place }) => place);
    const { missing, counts } = this.#deps.term;
    const { anew, come, grown } = await watch.look({ places, missing, counts });
    const isOver = anew.size > 0 || come.length > 0 || grown.length > 0;
    if (isOver) this.#over.abort();
    return isOver;
  }

  /** Stored at once: nothing may come there for long, and whoever looks is to see where the group stands. */
  async #replaced(error: unknown): Promise<boolean> {
    const { link, seat, term, options } = this.#deps;
    const places = this.#held.map(({ place }) => place);
    const misplaced = await misplacedBy(link, error, places).catch(() => undefined);
    const held = this.#held.find(({ place }) => place === misplaced?.place);
    if (misplaced === undefined || held === undefined) return false;
    const { topic, partition, offset } = held.place;
    const isTrimmed = misplaced.error.code === 'CURSOR_EXPIRED';
    options.onTrouble?.(
      isTrimmed ? trimmedUnread({ topic, partition, from: misplaced.from, to: offset }) : misplaced.error,
    );
    Object.assign(held, { toldUntil: offset, afterWaiting: offset });
    const state = await seat.commit(term, held.place, offset).catch((failure: unknown) => {
      options.onTrouble?.(link.coded(failure));
      return 'kept';
    });
    if (state !== 'kept') this.#over.abort();
    return true;
  }

  #take({ place, records, foreign, nextOffset }: PlaceRead): void {
    const held = this.#held.find((each) => each.place === place);
    if (held === undefined) return;
    held.waiting = [...records];
    held.foreign = this.#deps.options.onForeign === undefined ? [] : [...foreign];
    held.afterWaiting = nextOffset;
    place.offset = nextOffset;
    this.#start(held);
  }

  #start(held: Held): void {
    if (held.handling !== undefined || !hasWork(held) || this.#over.signal.aborted) return;
    this.#handlers += 1;
    held.handling = this.#handle(held).finally(() => {
      this.#handlers -= 1;
      held.handling = undefined;
    });
  }

  /** All that waits of a partition, a bounded number at a time; each is committed before the next. */
  async #handle(held: Held): Promise<void> {
    const { seat, term, options, link } = this.#deps;
    const { signal } = this.#over;
    while (hasWork(held) && !signal.aborted) {
      const records = held.waiting.slice(0, batchSize);
      const last = records.at(-1);
      const isAll = last === undefined || records.length === held.waiting.length;
      const next = isAll ? held.afterWaiting : last.offset + 1;
      const foreign = held.foreign.filter(({ offset }) => offset < next && offset >= held.toldUntil);
      try {
        if (foreign.length > 0) await options.onForeign?.(foreign);
        held.toldUntil = next;
        if (records.length > 0) await options.onRecords(records);
        const state = await seat.commit(term, held.place, next);
        held.failures = 0;
        held.waiting = held.waiting.slice(records.length);
        held.foreign = held.foreign.filter(({ offset }) => offset >= next);
        // What was not committed comes again, to whoever has the partition by then: at least once.
        if (state !== 'kept') this.#over.abort();
      } catch (error) {
        held.failures += 1;
        options.onTrouble?.(link.coded(error));
        const pauseMs = Math.min(longestPauseMs, 25 * 2 ** held.failures) * (0.5 + Math.random() / 2);
        await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

function hasWork({ waiting, foreign }: Held): boolean {
  return waiting.length > 0 || foreign.length > 0;
}
