import { type Clock, newId } from '@tributary/runtime';
import { createEvent } from './event.ts';
import type { EventLog, LogEvent, LogRecord } from './port.ts';

/** Where groups are asked to handle events again. Every durable consumer reads it beside its own topics. */
export const redeliveryTopic = 'log.redelivery';
const batchSize = 200;
/** Of their events as JSON: each append is one statement. */
const batchBytes = 8_000_000;

/** Of events that stand in no workspace, or whose envelope is broken. */
export const noWorkspaceId = '00000000-0000-0000-0000-000000000000';

interface RedeliveryData {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly event: LogEvent;
}

export interface RedeliveryRequest {
  readonly group: string;
  readonly records: readonly LogRecord[];
  readonly clock: Clock;
  /** Asking twice under one id is asking once, where the log tells repeated events; a new one each when absent. */
  readonly idOf?: (record: LogRecord) => string;
}

/** Asks a group to handle records again, in their order for each key. The group handles them beside what is new, and its inbox drops what took effect already. */
export async function askRedelivery(
  eventLog: Pick<EventLog, 'append'>,
  { group, records, clock, idOf = newId }: RedeliveryRequest,
): Promise<void> {
  for (const batch of batchesOf(records)) {
    const events = batch.map((record) => {
      const { topic, partition, offset, timestampMs, event } = record;
      const data: RedeliveryData = { group, topic, partition, offset, timestampMs, event };
      const asked = createEvent({
        type: 'log.redelivery.asked',
        source: '/deploy/log-command',
        subject: `Redelivery/${group}`,
        workspaceId: textOr(event.workspaceid, noWorkspaceId),
        actor: { kind: 'service', id: 'tributary-log' },
        partitionKey: textOr(event.partitionkey, group),
        data,
        clock,
      });
      return { ...asked, id: idOf(record) };
    });
    await eventLog.append(redeliveryTopic, events);
  }
}

function* batchesOf(records: readonly LogRecord[]): Generator<readonly LogRecord[]> {
  let batch: LogRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const sizeBytes = record.sizeBytes ?? Buffer.byteLength(JSON.stringify(record.event));
    if (batch.length === batchSize || (batch.length > 0 && bytes + sizeBytes > batchBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(record);
    bytes += sizeBytes;
  }
  if (batch.length > 0) yield batch;
}

/** A record as consumers handle it. */
export interface HandledRecord extends LogRecord {
  /** Operators asked for it, by a replay or by redriving its letter: it has not come by itself. */
  readonly isAskedFor?: true;
}

/** The record that a redelivery asks `group` to handle; undefined for what is meant for another one. */
export function redelivered({ event }: LogRecord, group: string): HandledRecord | undefined {
  const { data } = event;
  if (typeof data !== 'object' || data === null) return undefined;
  const { group: meant, topic, partition, offset, timestampMs, event: original } = data as RedeliveryData;
  return meant === group
    ? { topic, partition, offset, timestampMs, event: original, isAskedFor: true }
    : undefined;
}

/** A value that should be text and may, in a broken envelope, be anything. */
export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
