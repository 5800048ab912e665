import { describe, expect, test, vi } from 'vitest';
import {
  allInOrder,
  eventOf,
  freshTopic,
  type LogUnderTest,
  numberedEvents,
  numbersBySubject,
} from './conformance-events.ts';
import type { LogRecord } from './port.ts';

const within = { timeout: 15_000, interval: 10 };

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

export function describeTailing(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`${name}: tail`, () => {
    test('a tail has everything from its fixed position on, once and in order, while many append', async () => {
      await using system = await open();
      await using log = await system.connect();
      await using other = await system.connect();
      const topic = await freshTopic(log, 4);
      await log.append(topic, [eventOf('Thing/0', { n: -1 })]);
      const seen: LogRecord[] = [];
      await using tail = await log.tail({
        topics: [topic],
        onRecords: (records) => void seen.push(...records),
      });
      expect(tail.startedAt[topic]).toEqual(await log.end(topic));
      const writers = Array.from({ length: 6 }, async (_, writer) => {
        for (let n = 0; n < 25; n += 1) {
          const batch = Array.from({ length: 1 + (n % 4) }, (__, i) =>
            eventOf(`Writer/${writer}`, { n: n * 4 + i }),
          );
          await (writer % 2 === 0 ? log : other).append(topic, batch);
        }
      });
      await Promise.all(writers);
      await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(6 * 61), within);
      expect(new Set(seen.map(({ event }) => event.id)).size).toBe(seen.length);
      const numbers = numbersBySubject(seen.map(({ event }) => event));
      expect([...numbers.keys()].sort()).toEqual([
        'Writer/0',
        'Writer/1',
        'Writer/2',
        'Writer/3',
        'Writer/4',
        'Writer/5',
      ]);
      for (const found of numbers.values()) {
        expect(found).toHaveLength(61);
        expect(found).toEqual([...found].sort((a, b) => a - b));
      }
    });

    test('a tail that starts at an earlier position goes on from there', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 2);
      const events = numberedEvents(60, 6);
      await log.append(topic, events.slice(0, 20));
      const from = { [topic]: await log.end(topic) };
      await log.append(topic, events.slice(20));
      const seen: LogRecord[] = [];
      await using _tail = await log.tail({
        topics: [topic],
        from,
        onRecords: (records) => void seen.push(...records),
      });
      await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(40), within);
      const expected = numbersBySubject(events.slice(20));
      expect(numbersBySubject(seen.map(({ event }) => event))).toEqual(expected);
    });

    test('the next records wait for the handler, and a handler that throws gets the same again', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 1);
      const seen: string[] = [];
      const troubles: unknown[] = [];
      let goneOn = 0;
      let running = 0;
      let failed = false;
      await using _tail = await log.tail({
        topics: [topic],
        onTrouble: (error) => void troubles.push(error),
        onGoesOn: () => {
          goneOn += 1;
        },
        onRecords: async (records) => {
          running += 1;
          expect(running).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          if (!failed) {
            failed = true;
            throw new Error('the handler failed');
          }
          seen.push(...records.map(({ event }) => event.id));
        },
      });
      const events = numberedEvents(50, 3);
      for (const event of events) await log.append(topic, [event]);
      await vi.waitFor(() => expect(seen).toEqual(events.map(({ id }) => id)), within);
      expect([troubles.length, goneOn]).toEqual([1, 1]);
    });

    test('a disposed tail hands out nothing more, and disposing waits for the running handler', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 1);
      let finished = 0;
      const entered = gate();
      const leave = gate();
      const onRecords = async (): Promise<void> => {
        entered.open();
        await leave.opened;
        finished += 1;
      };
      const tail = await log.tail({ topics: [topic], onRecords });
      await log.append(topic, [eventOf('Thing/1')]);
      await entered.opened;
      let closed = false;
      const closing = Promise.resolve(tail[Symbol.asyncDispose]()).then(() => {
        closed = true;
      });
      // A round trip to the engine: time enough for a disposal that does not wait.
      await log.append(topic, [eventOf('Thing/1')]);
      expect([closed, finished]).toEqual([false, 0]);
      leave.open();
      await closing;
      await log.append(topic, [eventOf('Thing/1')]);
      expect(finished).toBe(1);
    });

    test('a position the log has never reached is refused', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 1);
      const beyond = log.tail({ topics: [topic], from: { [topic]: [1_000] }, onRecords: () => undefined });
      await expect(beyond).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    });

    test('a thousand events in one append arrive whole', async () => {
      await using system = await open();
      await using log = await system.connect();
      const topic = await freshTopic(log, 3);
      const seen: LogRecord[] = [];
      await using _tail = await log.tail({
        topics: [topic],
        onRecords: (records) => void seen.push(...records),
      });
      await log.append(topic, numberedEvents(2_500, 50));
      await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(2_500), within);
      expect(numbersBySubject(seen.map(({ event }) => event))).toEqual(allInOrder(2_500, 50));
    });
  });
}
