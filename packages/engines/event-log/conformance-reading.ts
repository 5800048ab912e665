import { newId } from '@tributary/runtime';
import { describe, expect, test } from 'vitest';
import {
  allInOrder,
  eventOf,
  freshTopic,
  type LogUnderTest,
  numberedEvents,
  numbersBySubject,
} from './conformance-events.ts';
import { partitionOf } from './partitioner.ts';
import { type EventLog, type LogRecord, largestEventBytes } from './port.ts';

async function readAll(log: EventLog, topic: string): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (const [partition, first] of (await log.beginning(topic)).entries()) {
    let fromOffset = first;
    for (;;) {
      const page = await log.read({ topic, partition, fromOffset, limit: 7 });
      if (page.length === 0) break;
      records.push(...page);
      fromOffset = (page.at(-1)?.offset ?? 0) + 1;
    }
  }
  return records;
}

export function describeReading(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`${name}: append and read`, () => {
    test('what is appended is read back as it was, in the partition of its key', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 5);
      const odd = {
        text: 'null \u0000, half a pair \ud800, "quotes" \\ 🛫',
        big: 1.5e300,
        nested: [[{ a: null }]],
        empty: '',
      };
      const events = [eventOf('Airport/1', odd), eventOf('Airport/2', []), eventOf('Größe/3', 'text')];
      await log.append(topic, events);
      const records = await readAll(log, topic);
      expect(records.map(({ event }) => event).sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(events);
      for (const { partition, event } of records) expect(partition).toBe(partitionOf(event.partitionkey, 5));
    });

    test('order holds for each key, and offsets grow within a partition', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 3);
      const events = numberedEvents(300, 10);
      for (let start = 0; start < 300; start += 50) await log.append(topic, events.slice(start, start + 50));
      const records = await readAll(log, topic);
      expect(numbersBySubject(records.map(({ event }) => event))).toEqual(allInOrder(300, 10));
      const [first] = records;
      const ids = await log.ids({ topic, partition: 0, fromOffset: first?.offset ?? 0, limit: 5 });
      expect(ids).toEqual(records.slice(0, 5).map(({ offset, event: { id } }) => ({ offset, id })));
      for (const [index, record] of records.entries()) {
        const previous = records[index - 1];
        if (previous?.partition === record.partition) expect(record.offset).toBeGreaterThan(previous.offset);
      }
    });

    test('an event id that is appended again is stored once, also within one batch', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 2);
      const events = numberedEvents(20, 4);
      await log.append(topic, [...events.slice(0, 10), ...events.slice(0, 5)]);
      await log.append(topic, events);
      await log.append(topic, events.slice(3, 8));
      expect(numbersBySubject((await readAll(log, topic)).map(({ event }) => event))).toEqual(
        allInOrder(20, 4),
      );
    });

    test('the end is empty, and reading on from it finds what comes later', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 1);
      await log.append(topic, [eventOf('Thing/1')]);
      const [end = 0] = await log.end(topic);
      expect(await log.read({ topic, partition: 0, fromOffset: end, limit: 10 })).toEqual([]);
      const later = eventOf('Thing/1');
      await log.append(topic, [later]);
      const records = await log.read({ topic, partition: 0, fromOffset: end, limit: 10 });
      expect(records.map(({ event }) => event)).toEqual([later]);
    });

    test('a time is a position: nothing older lies after it, nothing younger before it', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 1);
      for (let n = 0; n < 5; n += 1) await log.append(topic, [eventOf('Thing/1', { n })]);
      const records = await readAll(log, topic);
      for (const { timestampMs } of records) {
        const [position = -1] = await log.positionAt(topic, timestampMs);
        expect(records.filter(({ offset }) => offset >= position)).toEqual(
          records.filter((r) => r.timestampMs >= timestampMs),
        );
      }
      expect(await log.positionAt(topic, 0)).toEqual(await log.beginning(topic));
      expect(await log.positionAt(topic, Date.now() + 60_000)).toEqual(await log.end(topic));
    });

    test('an event of the largest size is taken and read back; a larger one is refused, whatever it comes with, and what comes later is taken', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 1);
      const empty = Buffer.byteLength(JSON.stringify(eventOf('Thing/1', '')));
      const largest = eventOf('Thing/1', 'é'.repeat((largestEventBytes - empty) / 2));
      expect(Buffer.byteLength(JSON.stringify(largest))).toBeGreaterThan(largestEventBytes - 2);
      await log.append(topic, [eventOf('Thing/1'), largest]);
      const larger = { ...largest, id: newId(), data: `${String(largest.data)}é` };
      const refused = log.append(topic, [eventOf('Thing/1'), larger]);
      await expect(refused).rejects.toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
        details: { limitBytes: largestEventBytes },
      });
      await log.append(topic, [eventOf('Thing/1')]);
      const records = await readAll(log, topic);
      expect(records[1]?.event).toEqual(largest);
      expect(records).toHaveLength(3);
    });

    test('a topic nobody declared is refused by name', async () => {
      await using system = await open();
      await using log = await system.connect();
      const unknown = `unknown.${newId()}`;
      await expect(log.append(unknown, [eventOf('Thing/1')])).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        details: { topic: unknown },
      });
    });
  });
}
