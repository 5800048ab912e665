import { expect, test } from 'vitest';
import { parseRedisUrl } from './address.ts';

const read = (url: string) => parseRedisUrl(url, 'KEY_VALUE_URL');

test('a URL says host, port, database, user, prefix and patience, with the usual values for what is left out', () => {
  expect(read('redis://localhost')).toEqual({
    setting: 'KEY_VALUE_URL',
    host: 'localhost',
    port: 6_379,
    database: 0,
    username: undefined,
    password: undefined,
    prefix: 'tributary:',
    timeoutMs: 2_000,
    tls: undefined,
  });
  expect(
    read('rediss://shop:p%40ss@[::1]:7000/3?prefix=shop:&timeoutMs=500&tlsCa=/etc/ca.pem'),
  ).toMatchObject({
    host: '::1',
    port: 7_000,
    database: 3,
    username: 'shop',
    password: 'p@ss',
    prefix: 'shop:',
    timeoutMs: 500,
    tls: { caFile: '/etc/ca.pem' },
  });
});

test.each([
  ['redis://', 'it names no host'],
  ['redis://shop:sec%ret@host', 'a % in a user, password or name is written %25'],
  ['redis://host/db', 'its path is the number of a database'],
  ['redis://:secret@host/0?timeout=5', 'there is no timeout'],
  ['redis://:secret@host?timeoutMs=0', 'timeoutMs is from'],
  ['redis://:secret@host?prefix=a b', 'prefix has'],
  ['redis://:secret@host?tlsCa=/x', 'options of TLS go with rediss://'],
  ['rediss://:secret@host?tlsCert=/x', 'tlsCert and tlsKey go together'],
  ['redis://:sec#ret@host', ''],
])('%s is refused: %s', (url, why) => {
  let message = '';
  try {
    read(url);
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain('KEY_VALUE_URL must look like redis://user:password@host:6379/0');
  expect(message).toContain(why);
  expect(message).not.toContain('sec');
});
