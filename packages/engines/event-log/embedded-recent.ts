import type { Topic } from './embedded-topics.ts';
import type { LogRecord } from './port.ts';

export interface RecentBounds {
  readonly records: number;
  /** Of their events as JSON. */
  readonly bytes: number;
  /** After so long without an append all are let go. */
  readonly idleMs: number;
}

const defaultBounds: RecentBounds = { records: 10_000, bytes: 16 * 1024 * 1024, idleMs: 5_000 };

/** Records of one append in one partition: their offsets follow one another. */
export interface AppendedRun {
  readonly topic: Topic;
  readonly partition: number;
  readonly firstOffset: number;
  readonly records: readonly LogRecord[];
  /** Of their events as JSON. */
  readonly sizeBytes: number;
}

interface RecentPlace {
  readonly topic: Topic;
  readonly partition: number;
  readonly fromOffset: number;
}

/** Runs of a partition without a gap between them. */
interface Stretch {
  runs: AppendedRun[];
  endOffset: number;
}

/**
 * What this process has appended of late, by partition. Where the relay and the readers share a process every event would otherwise travel back from the
 * database and be parsed once for each reader; here all of them get one record, and ask the database for nothing while they keep up. A partition's records are
 * kept only as far as they have no gap: what another process appends in between is asked of the database.
 */
export class RecentRecords implements Disposable {
  readonly #bounds: RecentBounds;
  readonly #stretches = new Map<string, Stretch>();
  /** In the order they came, whatever their partition. */
  readonly #runs = new Set<AppendedRun>();
  #records = 0;
  #sizeBytes = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(bounds: RecentBounds = defaultBounds) {
    this.#bounds = bounds;
  }

  add(run: AppendedRun): void {
    const key = keyOf(run.topic, run.partition);
    const stretch = this.#stretches.get(key);
    if (stretch !== undefined && run.firstOffset < stretch.endOffset) return;
    if (stretch?.endOffset === run.firstOffset) stretch.runs.push(run);
    else {
      for (const earlier of stretch?.runs ?? []) this.#drop(earlier);
      this.#stretches.set(key, { runs: [run], endOffset: 0 });
    }
    const kept = this.#stretches.get(key);
    if (kept !== undefined) kept.endOffset = run.firstOffset + run.records.length;
    this.#runs.add(run);
    this.#records += run.records.length;
    this.#sizeBytes += run.sizeBytes;
    this.#bound();
    if (this.#idle === undefined) this.#idle = setTimeout(() => this.forget(), this.#bounds.idleMs).unref();
    else this.#idle.refresh();
  }

  /** Whether what this process appended last to a partition ends there. */
  endsAt({ topic, partition, fromOffset }: RecentPlace): boolean {
    return this.#stretches.get(keyOf(topic, partition))?.endOffset === fromOffset;
  }

  /** Up to `limit` records from an offset on; undefined when the first of them is not kept, or there is none yet. */
  from({ topic, partition, fromOffset }: RecentPlace, limit: number): readonly LogRecord[] | undefined {
    const stretch = this.#stretches.get(keyOf(topic, partition));
    const first = stretch?.runs[0];
    if (stretch === undefined || first === undefined) return undefined;
    if (fromOffset < first.firstOffset || fromOffset >= stretch.endOffset) return undefined;
    const found: LogRecord[] = [];
    for (
      let at = runWith(fromOffset, stretch.runs);
      at < stretch.runs.length && found.length < limit;
      at += 1
    ) {
      const { firstOffset = 0, records = [] } = stretch.runs[at] ?? {};
      const start = Math.max(0, fromOffset - firstOffset);
      found.push(...records.slice(start, start + limit - found.length));
    }
    return found;
  }

  /**
   * Whether so much waits at these places that a reader who rests has to begin: half of what is kept. The other half is for what comes while that is worked on, so that a
   * reader whose rests end with this is given all of it from memory, as long as it works as fast as events come.
   */
  isHalfFull(places: readonly RecentPlace[]): boolean {
    let waiting = 0;
    for (const { topic, partition, fromOffset } of places)
      waiting += Math.max(0, (this.#stretches.get(keyOf(topic, partition))?.endOffset ?? 0) - fromOffset);
    const { records, bytes } = this.#bounds;
    // Records of all sizes: what waits has its share of the bytes.
    return waiting > records / 2 || waiting * this.#sizeBytes > (this.#records * bytes) / 2;
  }

  /** The log may have it no more: it was restored to before. */
  forget(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    this.#runs.clear();
    this.#stretches.clear();
    this.#records = 0;
    this.#sizeBytes = 0;
  }

  [Symbol.dispose](): void {
    this.forget();
  }

  /** The oldest run is also the first of its partition. */
  #bound(): void {
    const { records, bytes } = this.#bounds;
    for (const oldest of this.#runs) {
      if (this.#records <= records && this.#sizeBytes <= bytes) return;
      this.#drop(oldest);
      this.#stretches.get(keyOf(oldest.topic, oldest.partition))?.runs.shift();
    }
  }

  #drop(run: AppendedRun): void {
    this.#runs.delete(run);
    this.#records -= run.records.length;
    this.#sizeBytes -= run.sizeBytes;
  }
}

/** Where the run with the record of an offset lies, by halving: appends of one record make thousands of them. */
function runWith(offset: number, runs: readonly AppendedRun[]): number {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((runs[middle]?.firstOffset ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function keyOf(topic: Topic, partition: number): string {
  return `${topic.id}/${partition}`;
}
