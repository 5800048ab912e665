import { setTimeout as delay } from 'node:timers/promises';
import type { CodedError, Logger } from '@tributary/runtime';
import type { KafkaLink } from '../kafka/link.ts';
import { tellPassedOver } from './foreign-records.ts';
import { PlaceFetcher } from './kafka-fetcher.ts';
import { madeAnew, misplacedBy, type Place, type PlaceRead, readingOf } from './kafka-places.ts';
import { TopicWatch } from './kafka-topic-ids.ts';
import type { LogRecord, TailOptions } from './port.ts';

/** Records handed out of one partition at a time, so that a partition with much to tell does not starve the others. */
const defaultRecordsAtOnce = 500;
const longestWaitMs = 5_000;
/** How long a broker with nothing to tell is waited for, and at most a disposal. */
const pollMs = 500;

type TailHandling = Pick<TailOptions, 'onRecords' | 'onTrouble' | 'onGoesOn' | 'onMoved' | 'recordsAtOnce'>;

export interface KafkaTailDeps {
  readonly link: KafkaLink;
  readonly places: readonly Place[];
  readonly log: Logger;
}

/** Reads on from fixed places until disposed, over a link that is its own; disposing waits for the running handler. */
export function startKafkaTail(deps: KafkaTailDeps, options: TailHandling): AsyncDisposable {
  const { link } = deps;
  const stopping = new AbortController();
  const reading = new TailReader(deps, options).run(stopping.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await reading;
      await link[Symbol.asyncDispose]();
    },
  };
}

class TailReader {
  readonly #link: KafkaLink;
  #places: readonly Place[];
  readonly #log: Logger;
  readonly #options: TailHandling;
  readonly #fetcher: PlaceFetcher;
  readonly #watch: TopicWatch;
  /** Somebody was told of a failure, and not yet that it is over. */
  #isTroubled = false;

  constructor({ link, places, log }: KafkaTailDeps, options: TailHandling) {
    this.#link = link;
    this.#fetcher = new PlaceFetcher(link);
    this.#watch = new TopicWatch(link);
    this.#places = places;
    this.#log = log;
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#beginAnew(signal);
        const reads = await this.#fetcher.next(this.#places, pollMs);
        failures = 0;
        this.#goOn();
        await this.#handOut(
          reads.filter(({ place }) => this.#places.includes(place)),
          signal,
        );
      } catch (error) {
        this.#watch.lookSoon();
        if (await this.#replaced(error, signal)) continue;
        failures += 1;
        await this.#rest(error, failures, signal);
      }
    }
  }

  /** All of an answer, a bounded number of each partition at a time. A place moves on when its records were handled. */
  async #handOut(reads: readonly PlaceRead[], signal: AbortSignal): Promise<void> {
    for (const { foreign } of reads) tellPassedOver(this.#log, foreign);
    const atOnce = this.#options.recordsAtOnce ?? defaultRecordsAtOnce;
    const most = Math.max(0, ...reads.map(({ records }) => records.length));
    for (let start = 0; start < most && !signal.aborted; start += atOnce) {
      const parts = reads.map(({ place, records }) => ({
        place,
        records: records.slice(start, start + atOnce),
      }));
      await this.#handle(
        parts.flatMap(({ records }) => records),
        signal,
      );
      if (signal.aborted) return;
      for (const { place, records } of parts) place.offset = (records.at(-1)?.offset ?? place.offset - 1) + 1;
    }
    if (signal.aborted) return;
    for (const { place, nextOffset } of reads) place.offset = Math.max(place.offset, nextOffset);
  }

  async #handle(records: readonly LogRecord[], signal: AbortSignal): Promise<void> {
    if (records.length === 0) return;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await this.#options.onRecords(records);
        this.#goOn();
        return;
      } catch (error) {
        await this.#rest(error, failures, signal);
      }
    }
  }

  /** Not while a place rests that cannot be read: what was told of it still holds. */
  #goOn(): void {
    if (!this.#isTroubled || !this.#fetcher.readsAll) return;
    this.#isTroubled = false;
    this.#options.onGoesOn?.();
  }

  /** A topic that was deleted and made anew has other records under the same offsets, and perhaps another number of partitions; somebody may have added some to another one. */
  async #beginAnew(signal: AbortSignal): Promise<void> {
    const counts = new Map<string, number>();
    for (const { stored } of this.#places) counts.set(stored, (counts.get(stored) ?? 0) + 1);
    const { anew, grown } = await this.#watch.look({ places: this.#places, missing: [], counts });
    for (const stored of new Set([...anew.keys()].map((place) => place.stored))) {
      const beginnings = await this.#link.offsets(stored, { fromBeginning: true });
      const [first] = [...anew].filter(([place]) => place.stored === stored);
      if (first === undefined) continue;
      const [{ topic }, topicId] = first;
      const before = this.#places.filter((place) => place.stored === stored);
      const places = beginnings.map((offset, partition) => {
        const known = before.find((place) => place.partition === partition) ?? { topic, stored, partition };
        return Object.assign(known, { topicId, offset });
      });
      this.#places = [...this.#places.filter((place) => place.stored !== stored), ...places];
      await this.#moved(topic, madeAnew(topic), signal);
    }
    const others = grown.filter((stored) => ![...anew.keys()].some((place) => place.stored === stored));
    for (const stored of others) await this.#grow(stored, signal);
  }

  /** Partitions that were added are read from their beginning, and where the others stand they stand. */
  async #grow(stored: string, signal: AbortSignal): Promise<void> {
    const known = this.#places.filter((place) => place.stored === stored);
    const beginnings = await this.#link.offsets(stored, { fromBeginning: true });
    const [first] = known;
    if (first === undefined) return;
    const { topic, topicId } = first;
    const added = beginnings
      .map((offset, partition) => ({ topic, stored, partition, offset, topicId }))
      .slice(known.length);
    this.#places = [...this.#places, ...added];
    this.#log.warn(
      { engine: 'kafka', topic, before: known.length, partitions: beginnings.length },
      'partitions were added to a topic: they are read, and nothing is written to them',
    );
    await this.#tellMoved(topic, signal);
  }

  /** Retention passed a reader by: it goes on with what is left, but not in silence. What was lost does not come back, so nothing takes this back when the next read succeeds. */
  async #replaced(error: unknown, signal: AbortSignal): Promise<boolean> {
    const misplaced = await misplacedBy(this.#link, error, this.#places).catch(() => undefined);
    if (misplaced === undefined) return false;
    if (misplaced.error.code === 'CURSOR_INVALID')
      await this.#moved(misplaced.place.topic, misplaced.error, signal);
    else {
      this.#isTroubled = false;
      this.#options.onTrouble?.(misplaced.error);
    }
    return true;
  }

  async #moved(topic: string, why: CodedError, signal: AbortSignal): Promise<void> {
    // Nothing is lost: this is over with the next read.
    this.#isTroubled = true;
    this.#options.onTrouble?.(why);
    await this.#tellMoved(topic, signal);
  }

  async #tellMoved(topic: string, signal: AbortSignal): Promise<void> {
    const position: number[] = [];
    for (const place of this.#places) if (place.topic === topic) position[place.partition] = place.offset;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        return await this.#options.onMoved?.(topic, position);
      } catch (error) {
        await this.#rest(error, failures, signal);
      }
    }
  }

  async #rest(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    this.#isTroubled = true;
    this.#options.onTrouble?.(this.#link.coded(error, readingOf(this.#places)));
    const waitMs = Math.min(longestWaitMs, 50 * 2 ** failures) * (0.5 + Math.random() / 2);
    await delay(waitMs, undefined, { signal }).catch(() => undefined);
  }
}
