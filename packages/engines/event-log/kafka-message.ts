import { checkEventBytes } from './event-size.ts';
import type { Message } from './kafka-lane.ts';
import { partitionOf } from './partitioner.ts';
import type { LogEvent } from './port.ts';

/** CloudEvents, Kafka protocol binding, structured content mode. */
const headers = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };

/** Events as they are written, in their order. @throws CodedError PAYLOAD_TOO_LARGE */
export function messagesByPartition(
  events: readonly LogEvent[],
  partitions: number,
): ReadonlyMap<number, readonly Message[]> {
  const byPartition = new Map<number, Message[]>();
  for (const event of events) {
    const partition = partitionOf(event.partitionkey, partitions);
    const found = byPartition.get(partition);
    if (found === undefined) byPartition.set(partition, [messageOf(event)]);
    else found.push(messageOf(event));
  }
  return byPartition;
}

function messageOf(event: LogEvent): Message {
  const value = Buffer.from(JSON.stringify(event));
  checkEventBytes(value.length);
  return { id: event.id, key: event.partitionkey, value, headers };
}
