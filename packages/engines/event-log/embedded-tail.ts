import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import {
  Follower,
  isBeyondEnd,
  neverReached,
  type PlaceRead,
  type ReadFrom,
  type RecordStore,
} from './embedded-records.ts';
import { restOf } from './embedded-rests.ts';
import type { Topic } from './embedded-topics.ts';
import type { Alarm } from './embedded-wake.ts';
import type { Batching, Tail, TailOptions, TopicPosition } from './port.ts';

/** Records read of one partition at a time, so that a partition with much to tell does not starve the others. */
const defaultRecordsAtOnce = 500;
const longestWaitMs = 5_000;

export interface TailDeps {
  readonly store: RecordStore;
  readonly topics: readonly Topic[];
  readonly startedAt: Readonly<Record<string, TopicPosition>>;
  readonly alarm: Alarm;
}

type TailHandling = Pick<TailOptions, 'onRecords' | 'onTrouble' | 'onGoesOn' | 'onMoved' | keyof Batching>;

/** Reads on from a fixed position until disposed; disposing waits for the running handler. */
export function startTail(deps: TailDeps, options: TailHandling): Tail {
  const stopping = new AbortController();
  const reading = new TailReader(deps, options).run(stopping.signal);
  return {
    startedAt: deps.startedAt,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      deps.alarm[Symbol.dispose]();
      await reading;
    },
  };
}

class TailReader {
  readonly #deps: TailDeps;
  readonly #options: TailHandling;
  readonly #limit: number;
  readonly #follower: Follower;
  #places: readonly ReadFrom[];
  /** The next batch, on its way from the database while the handler is at work. */
  #ahead: Promise<readonly PlaceRead[]> | undefined;

  constructor(deps: TailDeps, options: TailHandling) {
    this.#deps = deps;
    this.#options = options;
    this.#follower = new Follower(deps.store);
    this.#limit = options.recordsAtOnce ?? defaultRecordsAtOnce;
    this.#places = deps.topics.flatMap((topic) =>
      (deps.startedAt[topic.name] ?? []).map((fromOffset, partition) => ({ topic, partition, fromOffset })),
    );
  }

  async run(signal: AbortSignal): Promise<void> {
    const { alarm } = this.#deps;
    let failures = 0;
    while (!signal.aborted) {
      alarm.set();
      try {
        const ahead = this.#ahead;
        this.#ahead = undefined;
        const reads = await (ahead ?? this.#read(this.#places));
        if (signal.aborted) break;
        const beyond = reads.filter(isBeyondEnd);
        if (beyond.length > 0) {
          failures = 1;
          await this.#goBack(beyond, signal);
          continue;
        }
        const records = reads.flatMap((read) => read.records);
        for (const read of reads) this.#tellOfLoss(read);
        const next = this.#placesAfter(reads);
        if (reads.some(({ hasMore }) => hasMore)) this.#readAhead(next);
        const startedAtMs = performance.now();
        if (records.length > 0) await this.#options.onRecords(records);
        this.#places = next;
        if (failures > 0) this.#options.onGoesOn?.();
        failures = 0;
        if (records.length > 0 && this.#ahead === undefined) await this.#rest(startedAtMs, signal);
        // What was read ahead was read before the alarm was set: only a look of now is a reason to sleep.
        if (records.length === 0 && ahead === undefined) await alarm.sleep();
      } catch (error) {
        failures += 1;
        this.#ahead = undefined;
        await this.#tell(error, failures, signal);
      }
    }
    await this.#ahead?.catch(() => undefined);
  }

  async #tell(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    this.#options.onTrouble?.(error);
    const waitMs = Math.min(longestWaitMs, 50 * 2 ** failures) * (0.5 + Math.random() / 2);
    await delay(waitMs, undefined, { signal }).catch(() => undefined);
  }

  /** To the oldest record there is: nobody knows what was written since the log was as it is now. */
  async #goBack(beyond: readonly PlaceRead[], signal: AbortSignal): Promise<void> {
    this.#deps.store.recent.forget();
    const first = new Map(beyond.map(({ from, firstOffset }) => [keyOf(from), firstOffset]));
    this.#places = this.#places.map((place) => ({
      ...place,
      fromOffset: first.get(keyOf(place)) ?? place.fromOffset,
    }));
    const { onTrouble, onMoved } = this.#options;
    for (const { from } of beyond) onTrouble?.(neverReached(from));
    for (const topic of new Set(beyond.map(({ from }) => from.topic.name))) {
      const places = this.#places.filter((place) => place.topic.name === topic);
      const position = places.map(({ fromOffset }) => fromOffset);
      for (let failures = 1; !signal.aborted; failures += 1) {
        try {
          await onMoved?.(topic, position);
          break;
        } catch (error) {
          await this.#tell(error, failures, signal);
        }
      }
    }
  }

  /** What comes meanwhile is the next batch, which ends the rest once it is large enough. */
  async #rest(startedAtMs: number, signal: AbortSignal): Promise<void> {
    const { alarm, store } = this.#deps;
    const untilMs = performance.now() + restOf(performance.now() - startedAtMs, this.#options);
    for (;;) {
      alarm.set();
      const leftMs = untilMs - performance.now();
      if (leftMs < 1 || signal.aborted || store.recent.isHalfFull(this.#places)) return;
      await alarm.sleep(leftMs);
    }
  }

  /** Retention passed a reader by: it goes on with what is left, but not in silence. */
  #tellOfLoss({ from, firstOffset }: PlaceRead): void {
    if (from.fromOffset >= firstOffset) return;
    const details = { topic: from.topic.name, partition: from.partition };
    this.#options.onTrouble?.(
      new CodedError('CURSOR_EXPIRED', 'Records were trimmed before they were read.', { details }),
    );
  }

  #read(places: readonly ReadFrom[]): Promise<readonly PlaceRead[]> {
    return this.#follower.read(places, this.#limit);
  }

  /** Only where more is known to wait: who keeps up is woken, and holds one batch. */
  #readAhead(places: readonly ReadFrom[]): void {
    const reading = this.#read(places);
    // Its failure is met when it is its turn; a handler that fails first forgets it.
    reading.catch(() => undefined);
    this.#ahead = reading;
  }

  #placesAfter(reads: readonly PlaceRead[]): readonly ReadFrom[] {
    const next = new Map<string, number>();
    for (const { from, firstOffset, records } of reads) {
      const last = records.at(-1);
      next.set(keyOf(from), last === undefined ? Math.max(from.fromOffset, firstOffset) : last.offset + 1);
    }
    return this.#places.map((place) => ({
      ...place,
      fromOffset: next.get(keyOf(place)) ?? place.fromOffset,
    }));
  }
}

function keyOf(place: ReadFrom): string {
  return `${place.topic.name}/${place.partition}`;
}
