import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import type { Sql } from '../relational/port.ts';
import { type PlaceRead, type ReadFrom, readPlaces } from './embedded-records.ts';
import type { Topic } from './embedded-topics.ts';
import type { Alarm } from './embedded-wake.ts';
import type { LogRecord, Tail, TailOptions, TopicPosition } from './port.ts';

/** Records read of one partition at a time, so that a partition with much to tell does not starve the others. */
const batchSize = 500;
const longestWaitMs = 5_000;

export interface TailDeps {
  readonly sql: Sql;
  readonly topics: readonly Topic[];
  readonly startedAt: Readonly<Record<string, TopicPosition>>;
  readonly alarm: Alarm;
}

/** Reads on from a fixed position until disposed; disposing waits for the running handler. */
export function startTail(deps: TailDeps, options: Pick<TailOptions, 'onRecords' | 'onTrouble'>): Tail {
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
  readonly #options: Pick<TailOptions, 'onRecords' | 'onTrouble'>;
  readonly #places: { topic: Topic; partition: number; fromOffset: number }[];

  constructor(deps: TailDeps, options: Pick<TailOptions, 'onRecords' | 'onTrouble'>) {
    this.#deps = deps;
    this.#options = options;
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
        const reads = await readPlaces(this.#deps.sql, this.#places, { limit: batchSize, all: false });
        if (signal.aborted) return;
        const records = reads.flatMap((read) => read.records);
        for (const read of reads) this.#tellOfLoss(read);
        if (records.length > 0) await this.#options.onRecords(records);
        this.#moveOn(reads, records);
        failures = 0;
        if (records.length === 0) await alarm.sleep();
      } catch (error) {
        failures += 1;
        this.#options.onTrouble?.(error);
        const waitMs = Math.min(longestWaitMs, 50 * 2 ** failures) * (0.5 + Math.random() / 2);
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
      }
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

  #moveOn(reads: readonly PlaceRead[], records: readonly LogRecord[]): void {
    const next = new Map<string, number>();
    for (const { from, firstOffset } of reads) next.set(keyOf(from), Math.max(from.fromOffset, firstOffset));
    for (const { topic, partition, offset } of records) next.set(`${topic}/${partition}`, offset + 1);
    for (const place of this.#places) place.fromOffset = next.get(keyOf(place)) ?? place.fromOffset;
  }
}

function keyOf(place: ReadFrom): string {
  return `${place.topic.name}/${place.partition}`;
}
