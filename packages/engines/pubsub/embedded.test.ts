import { eventually, freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { describePubSub } from './conformance.ts';
import { openPubSub } from './open.ts';
import { PublishQueue } from './publish-queue.ts';

describePubSub('PostgreSQL NOTIFY', async () => {
  const relational = await freshDatabase();
  const near = await openPubSub('embedded:', { relational });
  const far = await openPubSub('embedded:', { relational });
  return {
    near,
    far,
    [Symbol.asyncDispose]: async () => {
      await near[Symbol.asyncDispose]();
      await far[Symbol.asyncDispose]();
      await relational[Symbol.asyncDispose]();
    },
  };
});

test('a notification of somebody else is dropped, and messages are heard after it', async () => {
  await using relational = await freshDatabase();
  await using pubSub = await openPubSub('embedded:', { relational });
  const heard: string[] = [];
  await pubSub.subscribe('room', (payload) => void heard.push(payload));
  for (const foreign of ['hello', '', 'a line\n', 'no space\nbefore the line'])
    await relational.query(`SELECT pg_notify('tributary_pubsub', $1)`, [foreign]);
  await pubSub.publish('room', 'still here');
  await eventually(() => expect(heard).toEqual(['still here']));
});

test('what one turn of the event loop publishes travels in one statement', async () => {
  const statements: (readonly string[])[] = [];
  const queue = new PublishQueue(async (frames) => {
    statements.push(frames);
  });
  await Promise.all(['a', 'b', 'c'].map((frame) => queue.add(frame)));
  expect(statements).toEqual([['a', 'b', 'c']]);
});

test('a statement that fails fails its own messages and none after them', async () => {
  let fails = true;
  const queue = new PublishQueue(async () => {
    if (fails) throw new Error('away');
  });
  await expect(queue.add('lost')).rejects.toThrow('away');
  fails = false;
  await expect(queue.add('sent')).resolves.toBeUndefined();
});

test('a flood that the database cannot take is refused early', async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const queue = new PublishQueue(() => gate);
  const waiting = Array.from({ length: 10_000 }, (_, index) => queue.add(String(index)));
  expect(() => queue.add('one too many')).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  release();
  await Promise.all(waiting);
});

test('an engine that this build does not have is refused by name', async () => {
  await using relational = await freshDatabase();
  const opening = openPubSub('nats://localhost', { relational });
  await expect(opening).rejects.toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
