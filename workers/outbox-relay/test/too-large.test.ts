import { largestChangeBytes } from '@tributary/engines/event-log';
import {
  addDeadLetter,
  openDeadLetters,
  redriveDeadLetter,
  relayGroup,
} from '@tributary/engines/event-log/dead-letters';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, Registry, systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { changeOf, relayUnderTest, topic } from './relay-under-test.ts';

/** A change with so much in it. */
function largeChange(sizeBytes: number) {
  const event = changeOf('Airport/1', 1);
  return { ...event, data: { ...event.data, before: { text: 'é'.repeat(sizeBytes / 2) } } };
}

test('a change whose event no log would take is refused, and nothing of its transaction stays', async () => {
  await using system = await relayUnderTest();
  await system.relational.query('CREATE TABLE thing (id int)');
  const writing = system.relational.transaction(async (tx) => {
    await tx.query('INSERT INTO thing VALUES (1)');
    const events = [changeOf('Airport/1', 0), largeChange(largestChangeBytes)];
    await writeOutbox(
      tx,
      events.map((event) => ({ topic, event })),
    );
  });
  await expect(writing).rejects.toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
    details: { limitBytes: largestChangeBytes, type: 'data.record.updated' },
  });
  expect((await system.relational.query('SELECT FROM thing')).rows).toEqual([]);
  expect(await system.source.pending(9)).toEqual([]);
  const fitting = largeChange(largestChangeBytes - 1_000);
  await writeOutbox(system.relational, [{ topic, event: fitting }]);
  await using _relay = system.relay();
  await eventually(async () => expect(await system.logged()).toEqual([fitting]));
});

test.each([
  { form: 'in the database of the outbox', isOwn: true },
  { form: 'elsewhere', isOwn: false },
])(
  'an event that waits and is larger than a log $form takes is a dead letter; what stands before and behind it goes on in order',
  async ({ isOwn }) => {
    await using system = await relayUnderTest();
    const { relational, source } = system;
    await system.log.declareTopics(topicContracts().filter(({ name }) => name === 'log.dead_letter'));
    const events = Array.from({ length: 30 }, (_, n) => changeOf('Airport/1', n));
    const large = [largeChange(2_700_000), largeChange(3_000_000)];
    // As a version left them that knew no limit.
    for (const event of [...events.slice(0, 17), ...large, ...events.slice(17)])
      await relational.query('INSERT INTO outbox.event (topic, event) VALUES ($1, $2)', [
        topic,
        JSON.stringify(event),
      ]);
    const metrics = new Registry();
    const { log: whole } = system;
    const log = Object.create(whole, {
      ownOutbox: { value: isOwn ? whole.ownOutbox : undefined },
      append: { value: whole.append.bind(whole) },
      move: { value: whole.move?.bind(whole) },
      end: { value: whole.end.bind(whole) },
    }) as typeof whole;
    await using _relay = system.relay({ metrics, log });
    await eventually(async () => expect(await source.pending(1)).toEqual([]));
    expect(await system.logged()).toEqual(events);
    const letters = await openDeadLetters(system.log);
    expect(letters).toMatchObject(
      large.map(({ id }) => ({
        group: 'outbox-relay',
        topic,
        reason: 'PAYLOAD_TOO_LARGE',
        message: expect.stringMatching(/^data\.record\.updated of Airport\/1 has \d{7} bytes/),
        eventId: id,
        excerpt: expect.stringContaining(id),
      })),
    );
    expect(await metrics.metrics()).toContain('tributary_outbox_given_up_total{topic="data.record"} 2');
  },
);

test('a relay that is killed between a letter and the outbox leaves one letter, however far its topic has come meanwhile', async () => {
  await using system = await relayUnderTest();
  const { relational, source } = system;
  await system.log.declareTopics(topicContracts().filter(({ name }) => name === 'log.dead_letter'));
  const large = largeChange(2_700_000);
  await relational.query('INSERT INTO outbox.event (topic, event) VALUES ($1, $2)', [
    topic,
    JSON.stringify(large),
  ]);
  const log = Object.create(system.log, {
    ownOutbox: { value: undefined },
    append: { value: system.log.append.bind(system.log) },
    end: { value: system.log.end.bind(system.log) },
  }) as typeof system.log;
  let forgets = 0;
  // The letter is there, and what it tells of has not been forgotten.
  const dies = Object.create(source, {
    forget: {
      value: async () => {
        forgets += 1;
        throw new CodedError('ENGINE_UNAVAILABLE', 'The database is away for a moment.');
      },
    },
    pending: { value: source.pending.bind(source) },
    backlog: { value: source.backlog.bind(source) },
    onCommitted: { value: source.onCommitted.bind(source) },
    tellFull: { value: source.tellFull.bind(source) },
  }) as typeof source;
  {
    await using _killed = system.relay({ log, source: dies });
    await eventually(() => expect(forgets).toBe(1));
  }
  await system.log.append(topic, [changeOf('Airport/1', 1)]);
  await using _next = system.relay({ log });
  await eventually(async () => expect(await source.pending(1)).toEqual([]));
  const letters = await system.log.read({ topic: 'log.dead_letter', partition: 0, fromOffset: 0, limit: 9 });
  expect(letters.map(({ event }) => (event.data as { eventId: string }).eventId)).toEqual([large.id]);
});

test('a look takes what has 16 MB together, the first whatever it has, and the relay moves all of it in order', async () => {
  await using system = await relayUnderTest();
  const events = Array.from({ length: 12 }, () => largeChange(2_400_000));
  for (const event of events) await writeOutbox(system.relational, [{ topic, event }]);
  const bytes = Buffer.byteLength(JSON.stringify(events[0]));
  expect(await system.source.pending(500, 5 * bytes)).toHaveLength(5);
  expect(await system.source.pending(500, 5 * bytes - 1)).toHaveLength(4);
  expect(await system.source.pending(3, 5 * bytes)).toHaveLength(3);
  expect(await system.source.pending(500, 1)).toHaveLength(1);
  await using _relay = system.relay();
  await eventually(async () => expect(await system.source.pending(1)).toEqual([]));
  expect(await system.logged()).toEqual(events);
});

test('a topic the log refuses holds up no other, even with more of its bytes in front than a look takes', async () => {
  await using system = await relayUnderTest();
  const stuck = Array.from({ length: 20 }, () => {
    const { data, ...envelope } = largeChange(2_400_000);
    return { topic: 'data.document', event: { ...envelope, type: 'data.document.updated', data } };
  });
  for (const each of stuck) await writeOutbox(system.relational, [each]);
  const event = changeOf('Airport/1', 1);
  await writeOutbox(system.relational, [{ topic, event }]);
  await using _relay = system.relay();
  await eventually(async () => expect(await system.logged()).toEqual([event]));
  expect(await system.source.pending(100)).toHaveLength(20);
});

test('an event that the relay gave up comes to its own topic when its letter is redriven', async () => {
  await using system = await relayUnderTest();
  await system.log.declareTopics(topicContracts().filter(({ name }) => name === 'log.dead_letter'));
  const event = changeOf('Airport/1', 1);
  const refusal = {
    reason: 'PAYLOAD_TOO_LARGE',
    message: 'Too large for a topic that was set lower.',
    attempts: 1,
  };
  const place = { topic, partition: 0, offset: 0 };
  await addDeadLetter(system.log, { ...place, event }, { group: relayGroup, refusal, clock: systemClock });
  for (const letter of await openDeadLetters(system.log))
    await redriveDeadLetter(system.log, letter, systemClock);
  expect(await system.logged()).toEqual([event]);
  expect(await openDeadLetters(system.log)).toEqual([]);
});
