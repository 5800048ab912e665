import type { Clock } from '@tributary/runtime';
import type { EventLog, LogRecord } from '../event-log/port.ts';
import type { Pipeline } from './port.ts';

export interface BacklogDeps {
  readonly eventLog: EventLog;
  readonly clock: Clock;
  /** By partition: where the log ends. */
  readonly ends: readonly number[];
}

/**
 * Partitions that are not read to where the log ended. The rows that wait there are older than those of others that were read first, and none is late for that.
 */
export class Backlog {
  readonly #pipeline: Pipeline;
  readonly #deps: Omit<BacklogDeps, 'ends'>;
  #ends: readonly number[];
  /** By partition: when it was last found that something waits there. */
  readonly #movedAtMs = new Map<number, number>();

  constructor(pipeline: Pipeline, { ends, ...deps }: BacklogDeps) {
    this.#pipeline = pipeline;
    this.#deps = deps;
    this.#ends = ends;
  }

  /** Which they are when these records are computed, after which the positions are those. */
  async awaited(
    records: readonly LogRecord[],
    positions: ReadonlyMap<number, number>,
  ): Promise<readonly number[]> {
    const { eventLog, clock } = this.#deps;
    const { source, idleAfterMs } = this.#pipeline;
    // Who reads what was told long ago is behind again, since whenever that was.
    if (records.some(({ timestampMs }) => clock.now() - timestampMs > idleAfterMs))
      this.#ends = await eventLog.end(source.topic);
    const read = new Set(records.map(({ partition }) => partition));
    const awaited: number[] = [];
    for (const [partition, end] of this.#ends.entries()) {
      const position = positions.get(partition) ?? 0;
      if (position >= end) continue;
      if (read.has(partition) || (await this.#waits(partition, position))) awaited.push(partition);
    }
    return awaited;
  }

  /** What lies at the end of a partition may be no event (a mark of somebody's transaction, what others wrote), and no reader ever gets there. */
  async #waits(partition: number, position: number): Promise<boolean> {
    const { eventLog, clock } = this.#deps;
    const { source, idleAfterMs } = this.#pipeline;
    const nowMs = clock.monotonicMs();
    const movedAtMs = this.#movedAtMs.get(partition);
    if (movedAtMs !== undefined && nowMs - movedAtMs <= idleAfterMs) return true;
    const { topic } = source;
    const first = (await eventLog.beginning(topic))[partition] ?? 0;
    const [next] = await eventLog.read({ topic, partition, fromOffset: Math.max(first, position), limit: 1 });
    if (next !== undefined) this.#movedAtMs.set(partition, nowMs);
    return next !== undefined;
  }
}
