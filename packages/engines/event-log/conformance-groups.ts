import { describe, expect, test, vi } from 'vitest';
import {
  allInOrder,
  freshTopic,
  type LogUnderTest,
  numberedEvents,
  numbersBySubject,
} from './conformance-events.ts';
import type { LogEvent, LogRecord } from './port.ts';

const within = { timeout: 18_000, interval: 15 };

/** The first sighting of each event. */
function deduped(events: readonly LogEvent[]): LogEvent[] {
  const ids = new Set<string>();
  return events.filter(({ id }) => !ids.has(id) && ids.add(id));
}

export function describeGroups(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`${name}: consumer groups`, () => {
    test('a group begins with the oldest record, and goes on where it stopped', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 2);
      const events = numberedEvents(90, 9);
      await log.append(topic, events.slice(0, 30));
      const seen: LogEvent[] = [];
      const onRecords = async (records: readonly LogRecord[]): Promise<void> =>
        void seen.push(...records.map(({ event }) => event));
      const options = { group: `${topic}.a`, topics: [topic], onRecords };
      for (const [first, last] of [
        [30, 60],
        [60, 90],
      ]) {
        await using _member = await log.consume(options);
        await vi.waitFor(() => expect(seen.length).toBe(first), within);
        await log.append(topic, events.slice(first, last));
        await vi.waitFor(() => expect(seen.length).toBe(last), within);
      }
      expect(numbersBySubject(seen)).toEqual(allInOrder(90, 9));
    });

    test('records whose handler throws come again, and hold up no other partition', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 2);
      const events = numberedEvents(40, 40);
      const seen: LogRecord[] = [];
      let refused = 0;
      await using _member = await log.consume({
        group: `${topic}.g`,
        topics: [topic],
        onRecords: async (records) => {
          if (records[0]?.partition === 0 && refused < 3) {
            refused += 1;
            throw new Error('not yet');
          }
          seen.push(...records);
        },
      });
      await log.append(topic, events);
      await vi.waitFor(() => expect(seen.some(({ partition }) => partition === 1)).toBe(true), within);
      await vi.waitFor(() => expect(new Set(seen.map(({ event }) => event.id)).size).toBe(40), within);
      expect(refused).toBe(3);
    });

    test('members share the partitions, and who stays takes over from who leaves: nothing is missed, order per key holds', async () => {
      await using system = await open();
      await using log = await system.connect();
      await using other = await system.connect();
      const topic = await freshTopic(log, 4);
      const byMember: [LogRecord[], LogRecord[]] = [[], []];
      const options = { group: `${topic}.g`, topics: [topic] };
      await using _stays = await log.consume({
        ...options,
        onRecords: async (records) => void byMember[0].push(...records),
      });
      const leaves = await other.consume({
        ...options,
        onRecords: async (records) => void byMember[1].push(...records),
      });
      const events = numberedEvents(400, 20);
      let next = 0;
      // Appends go on until both have had something: how fast a group balances itself is the engine's own.
      await vi.waitFor(async () => {
        await log.append(topic, events.slice(next, next + 8));
        next = Math.min(300, next + 8);
        expect(Math.min(byMember[0].length, byMember[1].length)).toBeGreaterThan(0);
      }, within);
      await leaves[Symbol.asyncDispose]();
      await log.append(topic, events.slice(next));
      const all = (): LogEvent[] => [...byMember[0], ...byMember[1]].map(({ event }) => event);
      await vi.waitFor(() => expect(new Set(all().map(({ id }) => id)).size).toBe(400), within);
      for (const records of byMember) {
        for (const numbers of numbersBySubject(deduped(records.map(({ event }) => event))).values()) {
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        }
      }
    });

    test('two groups each get everything', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 3);
      const seen = new Map<string, Set<string>>([
        ['a', new Set()],
        ['b', new Set()],
      ]);
      const join = (group: string): Promise<AsyncDisposable> =>
        log.consume({
          group: `${topic}.${group}`,
          topics: [topic],
          onRecords: async (records) => {
            for (const { event } of records) seen.get(group)?.add(event.id);
          },
        });
      await using _a = await join('a');
      await using _b = await join('b');
      await log.append(topic, numberedEvents(100, 10));
      await vi.waitFor(() => expect([seen.get('a')?.size, seen.get('b')?.size]).toEqual([100, 100]), within);
    });
  });
}
