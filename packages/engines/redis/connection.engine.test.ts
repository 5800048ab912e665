import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { openLink } from '../link.fixture.ts';
import { RedisPubSub } from '../pubsub/redis.ts';
import { parseRedisUrl } from './address.ts';
import { RedisConnection } from './connection.ts';
import { administrator, freshRedisUrl, openRedis } from './provisioned.fixture.ts';

const redisPort = (): number => Number(new URL(freshRedisUrl()).port);
const linked = (port: number, timeoutMs = 5_000) =>
  freshRedisUrl({ port: String(port), timeoutMs: String(timeoutMs) });
const away = expect.objectContaining({ code: 'ENGINE_UNAVAILABLE' });

test('after a cut the connection comes back by itself, and calls wait for it', async () => {
  await using link = await openLink(redisPort());
  await using keyValue = await openRedis(linked(link.port, 20_000));
  await keyValue.set('k', 'x');
  link.cut();
  await eventually(async () => expect(await keyValue.get('k')).toBe('x'));
  await keyValue.ping();
});

test('a Redis that is away is refused in time, with a code to try again, its name and its place', async () => {
  await using link = await openLink(redisPort());
  await using keyValue = await openRedis(linked(link.port, 100));
  link.close();
  const place = `127.0.0.1:${link.port}`;
  await eventually(async () => {
    await expect(keyValue.ping()).rejects.toThrow(
      expect.objectContaining({ code: 'ENGINE_UNAVAILABLE', details: { engine: 'redis', place } }),
    );
  });
  link.open();
  await eventually(() => keyValue.ping());
});

test('what was under way when the connection was lost is refused and never sent again', async () => {
  await using link = await openLink(redisPort());
  const url = linked(link.port, 20_000);
  await using keyValue = await openRedis(url);
  link.silence();
  const underWay = Promise.allSettled(Array.from({ length: 50 }, () => keyValue.increment('n', 1)));
  link.cut();
  for (const outcome of await underWay) expect(outcome).toMatchObject({ status: 'rejected', reason: away });
  await eventually(async () => expect(await keyValue.get('n')).toBeUndefined());
});

test('a network that drops everything is told in time, given up, and replaced', async () => {
  await using link = await openLink(redisPort());
  await using keyValue = await openRedis(linked(link.port, 200));
  link.silence();
  await expect(keyValue.get('k')).rejects.toThrow(away);
  await eventually(async () => expect(await keyValue.get('k')).toBeUndefined());
});

test('who listened is heard again on all channels after a cut; what was published meanwhile is lost', async () => {
  await using link = await openLink(redisPort());
  const url = linked(link.port);
  await using far = await RedisPubSub.open(parseRedisUrl(url, 'PUBSUB_URL'), undefined);
  const direct = new URL(url);
  direct.port = String(redisPort());
  await using near = await RedisPubSub.open(parseRedisUrl(direct.href, 'PUBSUB_URL'), undefined);
  const heard: string[] = [];
  const rooms = Array.from({ length: 1_100 }, (_, index) => `room ${index}`);
  await Promise.all(rooms.map((room) => far.subscribe(room, (payload) => heard.push(`${room}: ${payload}`))));
  link.close();
  await near.publish('room 0', 'lost');
  link.open();
  for (const room of ['room 0', 'room 1099']) {
    await eventually(async () => {
      await near.publish(room, 'again');
      expect(heard).toContain(`${room}: again`);
    });
  }
  expect(heard).not.toContain('room 0: lost');
});

test('a Redis that cannot be used is told at the start, with the setting, the place and what to correct', async () => {
  await using link = await openLink(redisPort());
  link.close();
  const cases = [
    [
      { port: '1' },
      /^KEY_VALUE_URL names a Redis at 127\.0\.0\.1:1 that cannot be used: nothing listens there/,
    ],
    [{ password: 'wrong' }, /it refuses the user or the password/],
    [{ port: String(link.port) }, /it cut the connection; see whether it wants TLS/],
  ] as const;
  for (const [changes, message] of cases)
    await expect(openRedis(freshRedisUrl(changes))).rejects.toThrow(message);
  const database = new URL(freshRedisUrl());
  database.pathname = '/999';
  await expect(openRedis(database.href)).rejects.toThrow('it has no database of that number');
});

test('a user of an ACL needs no more than its own keys and channels, and the commands the README names', async () => {
  await using admin = administrator();
  const url = freshRedisUrl({ username: 'shop', password: 'p#ss/w:rd' });
  const prefix = new URL(url).searchParams.get('prefix') ?? '';
  const commands =
    '+ping +quit +hello +auth +select +info +client|setname +client|setinfo +get +set +unlink +evalsha +eval +time +publish +subscribe +unsubscribe';
  const inScripts =
    '+lindex +lpop +llen +lset +rpush +pexpire +zscore +zadd +zrem +zrangebyscore +hget +hset +hdel';
  const rules = `on >p#ss/w:rd ~${prefix}* &${prefix}* -@all ${commands} ${inScripts}`;
  await admin.acl('SETUSER', 'shop', ...rules.split(' '));
  await using keyValue = await openRedis(url);
  expect(await keyValue.compareAndSet('k', undefined, '1', 60_000)).toBe(true);
  expect(await keyValue.increment('k', 1)).toBe(2);
  expect(await keyValue.takeFromWindow({ key: 'w', limit: 1, windowMs: 60_000, cost: 1 })).toMatchObject({
    allowed: true,
  });
  await (await keyValue.lock('l', 60_000))?.[Symbol.asyncDispose]();
  await using pubSub = await RedisPubSub.open(parseRedisUrl(url, 'PUBSUB_URL'), undefined);
  await pubSub.subscribe('room', () => undefined);
  await pubSub.publish('room', 'x');
  await admin.acl('DELUSER', 'shop');
});

test('a burst that finds no connection is bounded', async () => {
  await using link = await openLink(redisPort());
  const address = parseRedisUrl(linked(link.port, 1_000), 'KEY_VALUE_URL');
  await using connection = await RedisConnection.open({ address, name: 'burst', log: undefined });
  link.close();
  await eventually(() => expect(connection.client.status).not.toBe('ready'));
  const burst = Array.from({ length: 1_200 }, () => connection.run((client) => client.ping()));
  const early = await Promise.race([Promise.allSettled(burst.slice(1_000)), burst[0]?.catch(() => 'late')]);
  expect(early).toEqual(Array.from({ length: 200 }, () => ({ status: 'rejected', reason: away })));
  await Promise.allSettled(burst);
});
