import { systemClock } from '@tributary/runtime';
import { topicContracts } from '@tributary/schema/events';
import { expect, test } from 'vitest';
import { eventOf, freshTopic } from './conformance-events.ts';
import { addDeadLetter, addForeignLetters, openDeadLetters, redriveDeadLetter } from './dead-letters.ts';
import { openEmbedded } from './open-embedded.fixture.ts';
import { type LogEvent, type LogRecord, largestEventBytes } from './port.ts';
import { askRedelivery } from './redelivery.ts';

const group = 'test.group';
const refusal = { reason: 'INTERNAL', message: 'it failed', attempts: 3 };
const facts = { group, refusal, clock: systemClock };

async function productLog() {
  const system = await openEmbedded();
  const eventLog = await system.connect();
  await eventLog.declareTopics(topicContracts().filter(({ name }) => name.startsWith('log.')));
  return {
    eventLog,
    [Symbol.asyncDispose]: async () => {
      await eventLog[Symbol.asyncDispose]();
      await system[Symbol.asyncDispose]();
    },
  };
}

test('what lay at one place in a topic and in the one that was made anew under its name has a letter each, and once', async () => {
  await using system = await productLog();
  const { eventLog } = system;
  const place = { topic: 'data.record', partition: 0, offset: 7 };
  const events = [eventOf('Thing/1'), eventOf('Thing/2')];
  for (const event of [...events, ...events]) await addDeadLetter(eventLog, { ...place, event }, facts);
  const foreign = { ...place, fault: 'is no JSON' };
  for (const excerpt of ['one', 'other', 'one'])
    await addForeignLetters(eventLog, [{ ...foreign, timestampMs: excerpt.length, excerpt }], facts);
  const letters = await openDeadLetters(eventLog);
  expect(letters.map(({ eventId, excerpt }) => eventId ?? excerpt)).toEqual([
    ...events.map(({ id }) => id),
    'one',
    'other',
  ]);
});

test('the event of a letter that does not hold it is not mistaken for the one that lies at its place now', async () => {
  await using system = await productLog();
  const { eventLog } = system;
  const topic = await freshTopic(eventLog, 1);
  const large = eventOf('Thing/1', { text: 'x'.repeat(largestEventBytes - 600) });
  await addDeadLetter(eventLog, { topic, partition: 0, offset: 0, event: large }, facts);
  await eventLog.append(topic, [eventOf('Thing/1')]);
  const [letter] = await openDeadLetters(eventLog);
  if (letter === undefined) throw new Error('there is no letter');
  const redriven = redriveDeadLetter(eventLog, letter, systemClock);
  await expect(redriven).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  expect(await openDeadLetters(eventLog)).toHaveLength(1);
});

const largeBytes = 1_500_000;

test('letters are listed without their events, however large those are', async () => {
  await using system = await productLog();
  const { eventLog } = system;
  for (let offset = 0; offset < 12; offset += 1) {
    const event = eventOf(`Thing/${offset}`, { text: 'x'.repeat(largeBytes) });
    await addDeadLetter(eventLog, { topic: 'data.record', partition: 0, offset, event }, facts);
  }
  const letters = await openDeadLetters(eventLog);
  expect(letters.map(({ key, offset }) => [key, offset])).toEqual(
    Array.from({ length: 12 }, (_, n) => [`Thing/${n}`, n]),
  );
  expect(JSON.stringify(letters).length).toBeLessThan(20_000);
});

test('a group is asked to handle large events again a few at a time', async () => {
  const appended: (readonly LogEvent[])[] = [];
  const records = Array.from({ length: 12 }, (_, offset): LogRecord => {
    const event = eventOf(`Thing/${offset}`, { text: 'x'.repeat(largeBytes) });
    return { topic: 'data.record', partition: 0, offset, timestampMs: 0, event };
  });
  const append = async (_: string, events: readonly LogEvent[]) => void appended.push(events);
  await askRedelivery({ append }, { group, records, clock: systemClock });
  expect(appended.map(({ length }) => length)).toEqual([5, 5, 2]);
});
