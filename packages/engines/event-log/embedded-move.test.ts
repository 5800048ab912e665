import { expect, test } from 'vitest';
import { relationalOutbox } from '../outbox/relational.ts';
import { eventOf, freshTopic } from './conformance-events.ts';
import { openEmbedded } from './open-embedded.fixture.ts';
import type { LogEvent } from './port.ts';

async function outboxAndLog() {
  const embedded = await openEmbedded();
  const log = await embedded.connect();
  const source = await relationalOutbox(embedded.relational);
  const topic = await freshTopic(log, 1);
  return {
    log,
    source,
    topic,
    relational: embedded.relational,
    /** Leaves events in the outbox, as a committed change does. */
    leave: async (events: readonly LogEvent[]): Promise<void> => {
      for (const event of events)
        await embedded.relational.query('INSERT INTO outbox.event (topic, event) VALUES ($1, $2::json)', [
          topic,
          JSON.stringify(event),
        ]);
    },
    subjects: async (): Promise<readonly string[]> => {
      const records = await log.read({ topic, partition: 0, fromOffset: 0, limit: 100 });
      return records.map(({ event }) => event.subject);
    },
    [Symbol.asyncDispose]: async () => {
      await log[Symbol.asyncDispose]();
      await embedded[Symbol.asyncDispose]();
    },
  };
}

test('what is moved is in the log as it was written, in order, and in the outbox no more', async () => {
  await using system = await outboxAndLog();
  const { log, source, topic } = system;
  const odd = { half: 'a\ud83d', zero: '\u0000', text: 'ü"\\\n😀', digits: 0.1 };
  const events = [eventOf('Thing/1', odd), eventOf('Thing/2'), eventOf('Thing/1', [odd])];
  await system.leave(events);
  expect(log.ownOutbox).toBe(source.place);
  await log.move?.(topic, await source.pending(10));
  const records = await log.read({ topic, partition: 0, fromOffset: 0, limit: 10 });
  expect(records.map(({ event }) => event)).toEqual(events);
  expect(await source.pending(10)).toEqual([]);
});

test('what somebody else has moved meanwhile is left out, and what the log knows by its id is not doubled', async () => {
  await using system = await outboxAndLog();
  const { log, source, topic } = system;
  const events = [1, 2, 3, 4].map((n) => eventOf(`Thing/${n}`));
  await system.leave(events);
  const waiting = await source.pending(10);
  expect(await log.move?.(topic, waiting.slice(0, 2))).toBe(2);
  expect(await log.move?.(topic, waiting)).toBe(2);
  expect(await system.subjects()).toEqual(['Thing/1', 'Thing/2', 'Thing/3', 'Thing/4']);
  await system.leave([...events, eventOf('Thing/5'), ...events]);
  await log.move?.(topic, await source.pending(100));
  expect(await system.subjects()).toEqual(['Thing/1', 'Thing/2', 'Thing/3', 'Thing/4', 'Thing/5']);
  expect(await source.pending(10)).toEqual([]);
});

test('an event that cannot be moved leaves all of them where they are', async () => {
  await using system = await outboxAndLog();
  const { log, source, topic } = system;
  await system.leave([eventOf('Thing/1'), { ...eventOf('Thing/2'), id: 'no id' }]);
  await expect(log.move?.(topic, await source.pending(10))).rejects.toMatchObject({ code: '22P02' });
  expect(await system.subjects()).toEqual([]);
  expect(await source.pending(10)).toHaveLength(2);
});

test('what has no partition to go to stays where it is, and is not acknowledged', async () => {
  await using system = await outboxAndLog();
  const { log, source, topic, relational } = system;
  await system.leave([eventOf('Thing/1')]);
  await relational.query('DELETE FROM event_log.partition');
  const refused = { code: '23502' };
  await expect(log.move?.(topic, await source.pending(10))).rejects.toMatchObject(refused);
  await expect(log.append(topic, [eventOf('Thing/2')])).rejects.toMatchObject(refused);
  expect(await source.pending(10)).toHaveLength(1);
});
