/** A row as event time sees it. */
export interface RowTime {
  readonly partition: number;
  readonly timeMs: number;
  /** When the log took it, by the log's own time: so whoever reads it again later finds the same silences. */
  readonly loggedMs: number;
}

/** What is kept of a watermark. Of before silences were told by the log's time, there is no `logged` and no `sinceMs`. */
export interface StoredWatermark {
  readonly valueMs: number | null;
  /** By partition: the latest event time, and when the log took the last row. Null for those that never had a row. */
  readonly latest: readonly (number | null)[];
  readonly logged: readonly (number | null)[];
  /** When the first row was taken, or the first one after a silence of the whole workspace. */
  readonly sinceMs: number | null;
}

/** Of a workspace that was never seen. */
export const noWatermark: StoredWatermark = { valueMs: null, latest: [], logged: [], sinceMs: null };

/**
 * How far event time has come in one workspace. Each partition has come as far as its latest row; the watermark is the least of them,
 * less the disorder that is allowed, and never goes back. A partition that was silent for a while counts no more, or one quiet
 * partition would keep all windows open for good. With the first row of all, and with the first one after a silence of all, the while
 * begins anew for each partition, also where no row is yet: what came together is read in any order of partitions. Such a silence tells
 * that all of before has come. One workspace's clock never closes another's windows.
 */
export class Watermark {
  valueMs: number;
  readonly #latest: (number | undefined)[];
  readonly #logged: (number | undefined)[];
  #sinceMs: number | undefined;
  #lastLoggedMs: number;
  #partitions = 0;
  #awaited: readonly boolean[] = [];
  readonly #outOfOrdernessMs: number;
  readonly #idleAfterMs: number;

  constructor(
    options: { readonly outOfOrdernessMs: number; readonly idleAfterMs: number },
    stored?: StoredWatermark,
  ) {
    this.#outOfOrdernessMs = options.outOfOrdernessMs;
    this.#idleAfterMs = options.idleAfterMs;
    this.valueMs = stored?.valueMs ?? Number.NEGATIVE_INFINITY;
    this.#latest = (stored?.latest ?? []).map((time) => time ?? undefined);
    this.#logged = (stored?.logged ?? []).map((time) => time ?? undefined);
    this.#sinceMs = stored?.sinceMs ?? undefined;
    this.#lastLoggedMs = latestOf(this.#logged);
  }

  /** How many partitions there are, and in which of them rows may wait that are older than those that come now: until this is called again, they hold the watermark back however long they were silent. */
  expect(partitions: number, awaited: Iterable<number>): void {
    this.#partitions = partitions;
    const isAwaited: boolean[] = [];
    for (const partition of awaited) isAwaited[partition] = true;
    this.#awaited = isAwaited;
  }

  /** A row is about to be judged. */
  begin({ partition, loggedMs }: RowTime): void {
    const isFirst = this.#sinceMs === undefined;
    if (!isFirst && loggedMs - this.#lastLoggedMs <= this.#idleAfterMs) return;
    this.#sinceMs = loggedMs;
    if (isFirst) return;
    let come = latestOf(this.#latest);
    for (let at = 0; at < this.#awaited.length; at += 1)
      if (this.#awaited[at] === true && at !== partition)
        come = Math.min(come, this.#latest[at] ?? Number.NEGATIVE_INFINITY);
    this.advance(come - this.#outOfOrdernessMs);
  }

  /** It was. */
  observe({ partition, timeMs, loggedMs }: RowTime): void {
    const [latest, logged] = [this.#latest[partition], this.#logged[partition]];
    if (latest !== undefined && timeMs <= latest && logged !== undefined && loggedMs <= logged) return;
    this.reach(partition, timeMs);
    this.#logged[partition] = Math.max(logged ?? loggedMs, loggedMs);
    this.#lastLoggedMs = Math.max(this.#lastLoggedMs, loggedMs);
    const sinceMs = this.#sinceMs ?? loggedMs;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < Math.max(this.#partitions, this.#latest.length); at += 1) {
      const silentMs = loggedMs - Math.max(sinceMs, this.#logged[at] ?? sinceMs);
      if (silentMs <= this.#idleAfterMs || this.#awaited[at] === true)
        least = Math.min(least, this.#latest[at] ?? Number.NEGATIVE_INFINITY);
    }
    if (least !== Number.POSITIVE_INFINITY) this.advance(least - this.#outOfOrdernessMs);
  }

  /** Event time of a partition, where somebody else tells how far the watermark is. */
  reach(partition: number, timeMs: number): void {
    this.#latest[partition] = Math.max(this.#latest[partition] ?? timeMs, timeMs);
  }

  advance(valueMs: number): void {
    this.valueMs = Math.max(this.valueMs, valueMs);
  }

  stored(): StoredWatermark {
    return {
      valueMs: Number.isFinite(this.valueMs) ? this.valueMs : null,
      latest: Array.from(this.#latest, (time) => time ?? null),
      logged: Array.from(this.#logged, (time) => time ?? null),
      sinceMs: this.#sinceMs ?? null,
    };
  }
}

function latestOf(times: readonly (number | undefined)[]): number {
  return times.reduce<number>((most, time) => Math.max(most, time ?? most), Number.NEGATIVE_INFINITY);
}
