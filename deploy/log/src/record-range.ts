import type { EventLog, LogRecord, TopicPosition } from '@tributary/engines/event-log';

const pageSize = 200;

export interface RecordRange {
  readonly topic: string;
  readonly from: TopicPosition;
  /** Exclusive. */
  readonly to: TopicPosition;
  /** Reads this one alone. */
  readonly partition?: number | undefined;
}

/** What of a topic's records is wanted. */
export interface RecordFilter {
  readonly key?: string | undefined;
  readonly type?: string | undefined;
  readonly workspace?: string | undefined;
}

export function fits({ event }: LogRecord, { key, type, workspace }: RecordFilter): boolean {
  return (
    (key === undefined || event.partitionkey === key) &&
    (type === undefined || event.type === type) &&
    (workspace === undefined || event.workspaceid === workspace)
  );
}

/** The records of a range, a page of each partition in memory: in order within a partition, and by the log's time between them. */
export async function* recordsIn(
  eventLog: EventLog,
  { topic, from, to, partition }: RecordRange,
): AsyncGenerator<LogRecord> {
  const readers = from.flatMap((fromOffset, index) =>
    partition === undefined || partition === index
      ? [pagesOf(eventLog, { topic, partition: index, fromOffset, toOffset: to[index] ?? 0 })]
      : [],
  );
  const heads = await Promise.all(readers.map((reader) => reader.next()));
  for (;;) {
    let least: number | undefined;
    for (const [index, head] of heads.entries()) {
      if (head.done === true) continue;
      const best = least === undefined ? undefined : heads[least];
      if (best === undefined || best.done === true || head.value.timestampMs < best.value.timestampMs)
        least = index;
    }
    const head = least === undefined ? undefined : heads[least];
    const reader = least === undefined ? undefined : readers[least];
    if (least === undefined || reader === undefined || head === undefined || head.done === true) return;
    yield head.value;
    heads[least] = await reader.next();
  }
}

interface PartitionRange {
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: number;
  readonly toOffset: number;
}

async function* pagesOf(
  eventLog: EventLog,
  { topic, partition, fromOffset, toOffset }: PartitionRange,
): AsyncGenerator<LogRecord> {
  for (let next = fromOffset; next < toOffset; ) {
    const records = await eventLog.read({ topic, partition, fromOffset: next, limit: pageSize });
    const last = records.at(-1);
    if (last === undefined) return;
    for (const record of records) if (record.offset < toOffset) yield record;
    next = last.offset + 1;
  }
}
