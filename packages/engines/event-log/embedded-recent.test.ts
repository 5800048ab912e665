import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { eventOf, freshTopic } from './conformance-events.ts';
import { RecentEvents } from './embedded-recent.ts';
import { openEmbedded } from './open-embedded.fixture.ts';

const bounds = { events: 3, jsonLength: 1_000, idleMs: 60_000 };

test('the newest events are kept, so many and so long; the oldest leave first', () => {
  using recent = new RecentEvents(bounds);
  for (const key of ['a', 'b', 'c', 'd']) recent.add(key, JSON.stringify({ id: key }));
  expect(['a', 'b', 'c', 'd'].map((key) => recent.get(key)?.id)).toEqual([undefined, 'b', 'c', 'd']);
  recent.add('e', JSON.stringify({ id: 'e', data: 'x'.repeat(975) }));
  expect(['d', 'e'].map((key) => recent.get(key)?.id)).toEqual([undefined, 'e']);
  recent.add('f', JSON.stringify({ id: 'f', data: 'x'.repeat(2_000) }));
  expect(recent.isEmpty).toBe(true);
});

test('all readers get one and the same object', () => {
  using recent = new RecentEvents(bounds);
  recent.add('a', '{"id":"a"}');
  expect(recent.get('a')).toBe(recent.get('a'));
});

test('what nobody adds to any more is let go', async () => {
  using recent = new RecentEvents({ ...bounds, idleMs: 1 });
  recent.add('a', '{"id":"a"}');
  await eventually(() => expect(recent.isEmpty).toBe(true));
  recent.add('b', '{"id":"b"}');
  expect(recent.get('b')).toEqual({ id: 'b' });
});

test('a process reads of its own events what every other reads, also where it holds only some of them', async () => {
  await using embedded = await openEmbedded();
  await using own = await embedded.connect();
  await using other = await embedded.connect();
  const topic = await freshTopic(own, 1);
  const odd = { absent: undefined, at: new Date(0), half: 'a\ud83d', zero: '\u0000', text: 'ü"\\\n😀' };
  const first = eventOf('Thing/1', odd);
  await other.append(topic, [eventOf('Thing/0'), first]);
  await own.append(topic, [
    eventOf('Thing/2', odd),
    { ...first, data: 'said again, otherwise' },
    eventOf('Thing/3'),
  ]);
  await own.append(topic, [eventOf('Thing/4', odd)]);
  await other.append(topic, [eventOf('Thing/5')]);
  const request = { topic, partition: 0, fromOffset: 0, limit: 100 };
  const seen = await other.read(request);
  expect(seen.map(({ event }) => event.subject)).toEqual([0, 1, 2, 3, 4, 5].map((n) => `Thing/${n}`));
  expect(await own.read(request)).toEqual(seen);
  expect(await own.read({ ...request, fromOffset: 4, limit: 1 })).toEqual([seen[4]]);
});
