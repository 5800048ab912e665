import type { LogRecord } from '@tributary/engines/event-log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentRecords } from '../../src/subscriptions/recent-records.ts';
import { airportUpdated } from './airport-subgraph.ts';

const start = [0, 0];

function record(partition: number, offset: number, name: string): LogRecord {
  return { topic: 'data.record', partition, offset, timestampMs: 0, event: airportUpdated('a1', name) };
}

function sizeBytesOf({ event }: LogRecord): number {
  return Buffer.byteLength(JSON.stringify(event));
}

test('records are kept by count and by size, whichever bound is met first', () => {
  const large = record(0, 0, 'é'.repeat(1_000));
  const recent = new RecentRecords(start, { records: 100, bytes: 2 * sizeBytesOf(large) });
  for (let offset = 0; offset < 5; offset += 1) recent.push({ ...large, offset });
  expect(recent.after([2, 0])).toBeUndefined();
  expect(recent.after([3, 0])?.map(({ offset }) => offset)).toEqual([3, 4]);
});

test('a record larger than the whole bound is not kept, and who needs it is sent to the log', () => {
  const recent = new RecentRecords(start, { records: 100, bytes: 5_000 });
  recent.push(record(0, 0, 'before'));
  recent.push(record(0, 1, 'x'.repeat(10_000)));
  recent.push(record(1, 0, 'after'));
  expect(recent.after([1, 0])).toBeUndefined();
  expect(recent.after([2, 0])?.map(({ partition }) => partition)).toEqual([1]);
});

test('an answer has everything after the position, or is none at all', () => {
  const pushes = fc.array(fc.record({ partition: fc.nat(1), letters: fc.nat(400) }), { maxLength: 120 });
  const bounds = fc.record({ records: fc.integer({ min: 1, max: 40 }), bytes: fc.nat(20_000) });
  const property = fc.property(pushes, bounds, fc.nat(60), fc.nat(60), (steps, limits, first, second) => {
    const recent = new RecentRecords(start, limits);
    const all: LogRecord[] = [];
    const next = [0, 0];
    for (const { partition, letters } of steps) {
      const offset = next[partition] ?? 0;
      next[partition] = offset + 1;
      all.push(record(partition, offset, 'x'.repeat(letters)));
      recent.push(all.at(-1) as LogRecord);
    }
    const position = [Math.min(first, next[0] ?? 0), Math.min(second, next[1] ?? 0)];
    const answer = recent.after(position);
    const due = all.filter(({ partition, offset }) => offset >= (position[partition] ?? 0));
    if (answer !== undefined) expect(answer).toEqual(due);
    const kept = recent.after(next);
    expect(kept).toEqual([]);
    if (answer?.length === all.length && all.length > 0) {
      expect(all.length).toBeLessThanOrEqual(limits.records);
      expect(all.reduce((sum, each) => sum + sizeBytesOf(each), 0)).toBeLessThanOrEqual(limits.bytes);
    }
  });
  fc.assert(property, { numRuns: 300 });
});
