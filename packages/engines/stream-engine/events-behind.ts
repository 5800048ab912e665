import type { Clock } from '@tributary/runtime';
import type { EventLog } from '../event-log/port.ts';

export interface EventsBehind {
  readonly events: number;
  /** How long the oldest of them has been in the log; 0 when there are none. */
  readonly lagMs: number;
  /** All there are in the topic. */
  readonly partitions: readonly number[];
}

/** What lies in a topic after these positions. */
export async function eventsBehind(
  topic: string,
  positions: ReadonlyMap<number, number>,
  { eventLog, clock }: { readonly eventLog: EventLog; readonly clock: Clock },
): Promise<EventsBehind> {
  const [beginning, end] = await Promise.all([eventLog.beginning(topic), eventLog.end(topic)]);
  const next = end.map((last, partition) => {
    const [position = 0, first = 0] = [positions.get(partition), beginning[partition]];
    // A topic that ends before was made anew, or restored: nothing is known to be computed of what it holds.
    return position > last ? first : Math.max(position, first);
  });
  const oldest = await Promise.all(
    end.map(async (last, partition) => {
      const fromOffset = next[partition] ?? 0;
      if (fromOffset >= last) return Number.POSITIVE_INFINITY;
      const [record] = await eventLog.read({ topic, partition, fromOffset, limit: 1 });
      return record?.timestampMs ?? Number.POSITIVE_INFINITY;
    }),
  );
  const oldestMs = Math.min(...oldest);
  return {
    events: end.reduce((sum, last, partition) => sum + Math.max(0, last - (next[partition] ?? 0)), 0),
    lagMs: Number.isFinite(oldestMs) ? Math.max(0, clock.now() - oldestMs) : 0,
    partitions: end.map((_, partition) => partition),
  };
}
