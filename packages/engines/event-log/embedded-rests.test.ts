import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { eventOf, freshTopic } from './conformance-events.ts';
import { restOf } from './embedded-rests.ts';
import { openEmbedded } from './open-embedded.fixture.ts';
import type { Batching, EventLog, LogRecord } from './port.ts';

test('a rest is as long as its batch took, times what its reader says, and has a longest length', () => {
  const rests = { longestRestMs: 100, restFactor: 3 };
  expect([5, 20, 50].map((tookMs) => restOf(tookMs, rests))).toEqual([15, 60, 100]);
  expect(restOf(20, { longestRestMs: 100 })).toBe(20);
  expect(restOf(20, {})).toBe(0);
});

/** Longer than a test may take: what is handed out meanwhile ended the rest. */
const rests: Batching = { longestRestMs: 600_000, restFactor: 1_000_000_000, recordsAtOnce: 20_000 };

/** Half of what memory keeps, and one more. */
const enough = 5_001;

const readers = {
  tail: (log: EventLog, topic: string, onRecords: (records: readonly LogRecord[]) => Promise<void>) =>
    log.tail({ topics: [topic], onRecords, ...rests }),
  group: (log: EventLog, topic: string, onRecords: (records: readonly LogRecord[]) => Promise<void>) =>
    log.consume({ group: `of-${topic}`, topics: [topic], onRecords, ...rests }),
};

test.each(['tail', 'group'] as const)(
  'a %s that rests is handed what gathered in one batch once much waits, and nothing before',
  async (kind) => {
    await using embedded = await openEmbedded();
    await using log = await embedded.connect();
    const topic = await freshTopic(log, 1);
    const batches: number[] = [];
    await using _reader = await readers[kind](log, topic, async (records) => {
      batches.push(records.length);
    });
    await log.append(topic, [eventOf('Thing/first')]);
    await eventually(() => expect(batches).toEqual([1]));
    const events = Array.from({ length: enough }, (_, n) => eventOf(`Thing/${n}`));
    await log.append(topic, events.slice(0, -1));
    expect(batches).toEqual([1]);
    await log.append(topic, events.slice(-1));
    await eventually(() => expect(batches.reduce((sum, count) => sum + count, 0)).toBe(1 + enough));
    expect(batches).toEqual([1, enough]);
  },
);
