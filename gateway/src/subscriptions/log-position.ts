import type { LogRecord, TopicPosition } from '@tributary/engines/event-log';

/** True when `position` has everything `other` has, in every partition. */
export function reaches(position: TopicPosition, other: TopicPosition): boolean {
  return other.every((offset, partition) => (position[partition] ?? 0) >= offset);
}

/** The position right after a record, seen from `position`. */
export function after(position: TopicPosition, record: LogRecord): number[] {
  const next = [...position];
  next[record.partition] = record.offset + 1;
  return next;
}

/** The later of two positions, partition by partition. */
export function later(left: TopicPosition, right: TopicPosition): number[] {
  return left.map((offset, partition) => Math.max(offset, right[partition] ?? 0));
}

export function isPast(record: LogRecord, position: TopicPosition): boolean {
  return record.offset < (position[record.partition] ?? 0);
}
