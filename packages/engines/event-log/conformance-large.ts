import { describe, expect, test } from 'vitest';
import { eventOf, freshTopic, type LogUnderTest } from './conformance-events.ts';
import type { EventLog, LogRecord } from './port.ts';

const count = 24;
const largeBytes = 1_500_000;
/** Answers of 8 MiB, each place's first record whatever that has, and what was on its way from two brokers. */
const mostBytes = 20_000_000;

/** A topic whose partitions hold large events, which compress well. */
async function largeTopic(log: EventLog, partitions: number): Promise<string> {
  const topic = await freshTopic(log, partitions);
  for (let n = 0; n < count; n += 1)
    await log.append(topic, [eventOf(`Thing/${n}`, { n, text: 'x'.repeat(largeBytes) })]);
  return topic;
}

function sizeOf(records: readonly LogRecord[]): number {
  return records.reduce((sum, { event }) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
}

/** Readers that are behind hold no more of the log in memory than a bound, however large its events are. */
export function describeLargeEvents(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`${name}: large events`, () => {
    test.each([
      ['tail', 4],
      ['consume', 1],
    ] as const)(
      'a reader that is behind (%s) is given all of them, and none too many at once',
      async (way, partitions) => {
        await using system = await open();
        await using writer = await system.connect();
        const topic = await largeTopic(writer, partitions);
        await using log = await system.connect();
        const batches: number[] = [];
        const numbers = new Set<number>();
        const onRecords = async (records: readonly LogRecord[]): Promise<void> => {
          batches.push(sizeOf(records));
          for (const { event } of records) numbers.add((event.data as { n: number }).n);
        };
        const from = { [topic]: await log.beginning(topic) };
        await using _reader = await (way === 'tail'
          ? log.tail({ topics: [topic], from, onRecords })
          : log.consume({ topics: [topic], group: `${topic}.g`, onRecords }));
        await expect.poll(() => numbers.size, { timeout: 60_000 }).toBe(count);
        expect(Math.max(...batches)).toBeLessThan(mostBytes);
      },
    );

    test('what is read of a partition is bounded by bytes as well, and ends at its end alone', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await largeTopic(log, 1);
      const numbers: number[] = [];
      for (let fromOffset = 0; ; ) {
        const records = await log.read({ topic, partition: 0, fromOffset, limit: 1_000 });
        const last = records.at(-1);
        if (last === undefined) break;
        expect(sizeOf(records)).toBeLessThan(mostBytes);
        for (const { event, sizeBytes } of records) {
          numbers.push((event.data as { n: number }).n);
          expect(sizeBytes).toBe(Buffer.byteLength(JSON.stringify(event)));
        }
        fromOffset = last.offset + 1;
      }
      expect(numbers).toEqual(Array.from({ length: count }, (_, n) => n));
    });
  });
}
