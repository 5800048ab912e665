import { CodedError, createLogger, Registry, systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import { describe, expect, test, vi } from 'vitest';
import type { LogUnderTest } from './conformance-events.ts';
import { type DeadLetter, openDeadLetters, readDeadLetter, redriveDeadLetter } from './dead-letters.ts';
import { type DurableConsumerOptions, startDurableConsumer } from './durable-consumer.ts';
import { createEvent } from './event.ts';
import type { EventLog, LogEvent, LogRecord } from './port.ts';
import { askRedelivery } from './redelivery.ts';

const within = { timeout: 18_000, interval: 15 };
const log = createLogger({ name: 'test', level: 'silent' });
const topic = 'data.record';

/** A change of a thing, with its number. */
function change(thing: string, n: number): LogEvent {
  return createEvent({
    type: 'data.record.updated',
    source: '/conformance',
    subject: `Thing/${thing}`,
    workspaceId: 'w1',
    actor: { kind: 'service', id: 'conformance' },
    data: { model: 'Thing', id: thing, version: n + 1, before: {}, after: { n }, changed: ['n'] },
    clock: systemClock,
  });
}

const numberOf = (event: LogEvent): number => (event.data as { after: { n: number } }).after.n;

/** A log with the contracts' topics, `data.record` in one partition so that everything in it has one order. */
async function declared(log: EventLog): Promise<void> {
  const wanted = ['log.dead_letter', 'log.redelivery'];
  const topics = topicContracts().filter(({ name }) => wanted.includes(name));
  await log.declareTopics([...topics, { name: topic, partitions: 1, retentionMs: 1e9 }]);
}

async function wholeLetters(eventLog: EventLog): Promise<readonly DeadLetter[]> {
  const listed = await openDeadLetters(eventLog);
  return Promise.all(listed.map((letter) => readDeadLetter(eventLog, letter)));
}

/** A consumer that fails for some numbers, and what it was handed and has handled. */
function failing(eventLog: EventLog, fails: (n: number) => Error | undefined) {
  const handed: number[] = [];
  const handled: number[] = [];
  const inbox = new Set<string>();
  const options: DurableConsumerOptions = {
    eventLog,
    log,
    clock: systemClock,
    metrics: new Registry(),
    group: 'test.group',
    topics: [topic],
    rests: [5, 10],
    onRecords: async (records: readonly LogRecord[]) => {
      for (const { event } of records) {
        handed.push(numberOf(event));
        const error = fails(numberOf(event));
        if (error !== undefined) throw error;
        if (inbox.has(event.id)) continue;
        inbox.add(event.id);
        handled.push(numberOf(event));
      }
    },
  };
  return { handed, handled, options };
}

export function describeDurable(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`${name}: durable consumers`, () => {
    test('an event whose handler always fails is tried three times and becomes a dead letter; the others are handled once, in order', async () => {
      await using system = await open();
      await using eventLog = await system.connect();
      await declared(eventLog);
      const { handed, handled, options } = failing(eventLog, (n) =>
        n === 13 ? new CodedError('BAD_USER_INPUT', 'an unlucky number') : undefined,
      );
      await using _member = await startDurableConsumer(options);
      const events = Array.from({ length: 40 }, (_, n) => change('1', n));
      await eventLog.append(topic, events);
      const others = events.map(numberOf).filter((n) => n !== 13);
      await vi.waitFor(() => expect(handled).toEqual(others), within);
      const [letter, ...more] = await wholeLetters(eventLog);
      expect(more).toEqual([]);
      expect(letter).toMatchObject({
        group: 'test.group',
        topic,
        partition: 0,
        reason: 'BAD_USER_INPUT',
        message: 'an unlucky number',
        attempts: 3,
        event: events[13],
      });
      const [record] = await eventLog.read({
        topic,
        partition: 0,
        fromOffset: letter?.offset ?? -1,
        limit: 1,
      });
      expect(record?.event).toEqual(events[13]);
      // Alone three times, and before that in no more batches than halving makes of forty.
      expect(handed.filter((n) => n === 13).length).toBeLessThanOrEqual(3 + 7);
      expect(await options.metrics.metrics()).toContain(
        'tributary_consumer_dead_letters_total{group="test.group",topic="data.record",reason="BAD_USER_INPUT"} 1',
      );
    });

    test('an event that fails twice is handled at the third try, before what comes after it', async () => {
      await using system = await open();
      await using eventLog = await system.connect();
      await declared(eventLog);
      let failures = 2;
      const { handled, options } = failing(eventLog, (n) => {
        if (n !== 0 || failures === 0) return undefined;
        failures -= 1;
        return new Error('not yet');
      });
      await using _member = await startDurableConsumer(options);
      await eventLog.append(topic, [change('1', 0)]);
      await eventLog.append(topic, [change('1', 1), change('1', 2)]);
      await vi.waitFor(() => expect(handled).toEqual([0, 1, 2]), within);
      expect(await openDeadLetters(eventLog)).toEqual([]);
    });

    test('while an engine is away nothing is given up, however often it is tried', async () => {
      await using system = await open();
      await using eventLog = await system.connect();
      await declared(eventLog);
      let away = 8;
      const { handed, handled, options } = failing(eventLog, () => {
        if (away === 0) return undefined;
        away -= 1;
        return new CodedError('ENGINE_UNAVAILABLE', 'away');
      });
      await using _member = await startDurableConsumer(options);
      await eventLog.append(topic, [change('1', 0), change('1', 1)]);
      await vi.waitFor(() => expect(handled).toEqual([0, 1]), within);
      expect(handed.length).toBeGreaterThanOrEqual(10);
      expect(await openDeadLetters(eventLog)).toEqual([]);
    });

    test('a letter has the words of our own errors; what a driver said of a value stays out of it', async () => {
      await using system = await open();
      await using eventLog = await system.connect();
      await declared(eventLog);
      const canary = 'canary-4711';
      const driver = Object.assign(new Error(`invalid input syntax for type uuid: "${canary}"`), {
        code: '22P02',
        detail: canary,
      });
      const { handled, options } = failing(eventLog, (n) =>
        n === 1 ? driver : n === 2 ? new TypeError(`${canary} is not iterable`) : undefined,
      );
      await using _member = await startDurableConsumer(options);
      await eventLog.append(
        topic,
        [0, 1, 2, 3].map((n) => change('1', n)),
      );
      await vi.waitFor(() => expect(handled).toEqual([0, 3]), within);
      const letters = await openDeadLetters(eventLog);
      expect(letters.map(({ reason }) => reason)).toEqual(['SQL_22P02', 'INTERNAL']);
      expect(JSON.stringify(letters)).not.toContain(canary);
    });

    test('what does not fit its schema is a dead letter at once; later fields and unknown types are none', async () => {
      await using system = await open();
      await using eventLog = await system.connect();
      await declared(eventLog);
      const { handed, handled, options } = failing(eventLog, () => undefined);
      await using _member = await startDurableConsumer(options);
      const misfit = { ...change('1', 1), data: { model: 'Thing' } };
      const later = change('1', 2);
      const newer = { ...later, data: { ...(later.data as object), said: 'by the next version' } };
      const unknown = { ...change('1', 3), type: 'data.record.renamed' };
      const nowhere = { ...change('1', 4), workspaceid: undefined } as unknown as LogEvent;
      await eventLog.append(topic, [change('1', 0), misfit, newer, unknown, nowhere, change('1', 5)]);
      await vi.waitFor(() => expect(handled).toEqual([0, 2, 5]), within);
      expect(handed).toEqual([0, 2, 5]);
      const letters = await wholeLetters(eventLog);
      expect(
        letters.map(({ reason, message, attempts, event }) => [reason, message, attempts, event]),
      ).toEqual([
        ['EVENT_INVALID', "/data must have required property 'id'", 0, misfit],
        ['EVENT_INVALID', '/workspaceid must be text', 0, JSON.parse(JSON.stringify(nowhere))],
      ]);
    });

    test('a redriven dead letter is handled, once, and is no letter any more; one that fails again is a new letter', async () => {
      await using system = await open();
      await using eventLog = await system.connect();
      await declared(eventLog);
      const broken = new Set([1, 2]);
      const { handled, options } = failing(eventLog, (n) =>
        broken.has(n) ? new CodedError('INTERNAL', `${n} fails`) : undefined,
      );
      await using _member = await startDurableConsumer(options);
      await eventLog.append(
        topic,
        [0, 1, 2, 3].map((n) => change('1', n)),
      );
      await vi.waitFor(() => expect(handled).toEqual([0, 3]), within);
      const letters = await openDeadLetters(eventLog);
      expect(letters.map(({ message }) => message)).toEqual(['1 fails', '2 fails']);
      broken.delete(1);
      for (const letter of letters) {
        await redriveDeadLetter(eventLog, letter, systemClock);
        // As an operator would whose first command was cut off.
        await redriveDeadLetter(eventLog, letter, systemClock);
      }
      await vi.waitFor(() => expect(handled).toEqual([0, 3, 1]), within);
      await vi.waitFor(async () => {
        const [left] = await openDeadLetters(eventLog);
        expect(left).toMatchObject({ message: '2 fails', eventId: letters[1]?.eventId });
        expect(left?.id).not.toBe(letters[1]?.id);
      }, within);
    });

    test('a replayed range reaches the named group alone, and what took effect there takes none again', async () => {
      await using system = await open();
      await using eventLog = await system.connect();
      await declared(eventLog);
      const one = failing(eventLog, () => undefined);
      const other = failing(eventLog, () => undefined);
      await using _one = await startDurableConsumer(one.options);
      await using _other = await startDurableConsumer({ ...other.options, group: 'test.other' });
      await eventLog.append(
        topic,
        [0, 1, 2].map((n) => change('1', n)),
      );
      await vi.waitFor(
        () =>
          expect([one.handled, other.handled]).toEqual([
            [0, 1, 2],
            [0, 1, 2],
          ]),
        within,
      );
      const records = await eventLog.read({ topic, partition: 0, fromOffset: 0, limit: 10 });
      await askRedelivery(eventLog, { group: 'test.group', records: records.slice(1), clock: systemClock });
      await vi.waitFor(() => expect(one.handed).toEqual([0, 1, 2, 1, 2]), within);
      await eventLog.append(topic, [change('1', 3)]);
      await vi.waitFor(() => expect(other.handed).toEqual([0, 1, 2, 3]), within);
      expect(one.handled.filter((n) => n < 3)).toEqual([0, 1, 2]);
    });
  });
}
