import { systemClock as clock } from '@tributary/runtime';
import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { openKeyValue } from '../key-value/open.ts';
import { openPubSub } from '../pubsub/open.ts';
import { administrator, freshRedisUrl } from './provisioned.fixture.ts';

test('two installations under one URL share no key, no lock and no window, and the processes of one share them all', async () => {
  const url = freshRedisUrl();
  await using ours = await freshDatabase();
  await using theirs = await freshDatabase();
  await using near = await openKeyValue(url, { clock, relational: ours });
  await using far = await openKeyValue(url, { clock, relational: ours });
  await using other = await openKeyValue(url, { clock, relational: theirs });
  const window = { key: 'k', limit: 1, windowMs: 60_000, cost: 1 };
  await near.set('k', 'ours');
  expect(await far.get('k')).toBe('ours');
  expect(await other.get('k')).toBeUndefined();
  expect(await near.lock('k', 60_000)).toBeDefined();
  expect(await far.lock('k', 60_000)).toBeUndefined();
  expect(await other.lock('k', 60_000)).toBeDefined();
  expect(await near.takeFromWindow(window)).toMatchObject({ allowed: true });
  expect(await far.takeFromWindow(window)).toMatchObject({ allowed: false });
  expect(await other.takeFromWindow(window)).toMatchObject({ allowed: true });
  // An ACL knows them all by the prefix of the URL.
  const prefix = new URL(url).searchParams.get('prefix') ?? '';
  await using admin = administrator();
  expect((await admin.keys(`${prefix}*`)).length).toBeGreaterThan(0);
});

test('two installations under one URL do not hear each other', async () => {
  const url = freshRedisUrl();
  await using ours = await freshDatabase();
  await using theirs = await freshDatabase();
  await using near = await openPubSub(url, { relational: ours });
  await using other = await openPubSub(url, { relational: theirs });
  const heard: string[] = [];
  const heardByOthers: string[] = [];
  await using _near = await near.subscribe('room', (text) => void heard.push(text));
  await using _other = await other.subscribe('room', (text) => void heardByOthers.push(text));
  await other.publish('room', 'theirs');
  await near.publish('room', 'ours');
  await eventually(() => expect([heard, heardByOthers]).toEqual([['ours'], ['theirs']]));
});
