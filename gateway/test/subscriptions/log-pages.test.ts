import type { LogRecord, ReadRequest } from '@tributary/engines/event-log';
import { expect, test } from 'vitest';
import { LogPages } from '../../src/subscriptions/log-pages.ts';
import { airportUpdated } from './airport-subgraph.ts';
import { ScriptedLog } from './scripted-log.ts';

class WatchedLog extends ScriptedLog {
  /** How many records each read brought. */
  readonly reads: number[] = [];

  override async read(request: ReadRequest): Promise<readonly LogRecord[]> {
    const records = await super.read(request);
    this.reads.push(records.length);
    return records;
  }
}

async function readThrough(nameOf: (index: number) => string, count: number) {
  const log = new WatchedLog('data.record', 1, () => 0.5);
  for (let index = 0; index < count; index += 1) log.add(0, airportUpdated('a1', nameOf(index)));
  const until = await log.end();
  const pages = new LogPages(log, { topic: 'data.record', from: [0], until, pageSize: 500 });
  const offsets: number[] = [];
  for (let page = await pages.next(); page.records.length > 0; page = await pages.next())
    offsets.push(...page.records.map(({ offset }) => offset));
  return { reads: log.reads, offsets };
}

test('pages of large records are small, and nothing of them is missing', async () => {
  const { reads, offsets } = await readThrough(() => 'x'.repeat(200_000), 60);
  expect(offsets).toEqual(Array.from({ length: 60 }, (_, index) => index));
  // The first read does not know yet: 16 records. Those after it do.
  expect(reads[0]).toBe(16);
  expect(Math.max(...reads.slice(1))).toBe(2);
});

test('pages of small records grow to what is allowed', async () => {
  const { reads, offsets } = await readThrough(String, 3_000);
  expect(offsets).toEqual(Array.from({ length: 3_000 }, (_, index) => index));
  expect(reads.slice(0, 5)).toEqual([16, 64, 256, 500, 500]);
});

test('records that become larger on the way make the next read smaller', async () => {
  const { reads, offsets } = await readThrough((index) => 'x'.repeat(index < 1_000 ? 10 : 100_000), 1_600);
  expect(offsets).toHaveLength(1_600);
  expect(reads.slice(0, 5)).toEqual([16, 64, 256, 500, 500]);
  expect(Math.max(...reads.slice(5))).toBeLessThan(10);
});
