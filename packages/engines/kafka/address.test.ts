import { expect, test } from 'vitest';
import { parseKafkaUrl } from './address.ts';

const parse = (url: string) => parseKafkaUrl(url, 'EVENT_LOG_URL');

test('an address names brokers, prefix, login and copies; what it leaves out has a default', () => {
  expect(parse('kafka://one')).toMatchObject({
    brokers: ['one:9092'],
    prefix: '',
    login: undefined,
    timeoutMs: 5_000,
    replicas: undefined,
    tls: undefined,
  });
  expect(
    parse('kafka://me:p%23ss%2Fw%3Aord@one:9093,two/shop.?sasl=plain&timeoutMs=800&replicas=3'),
  ).toMatchObject({
    brokers: ['one:9093', 'two:9092'],
    prefix: 'shop.',
    login: { mechanism: 'plain', username: 'me', password: 'p#ss/w:ord' },
    timeoutMs: 800,
    replicas: 3,
  });
  expect(
    parse('kafkas://me:x@one?tlsCa=/ca.pem&tlsCert=/c.pem&tlsKey=/k.pem&tlsServerName=broker'),
  ).toMatchObject({
    login: { mechanism: 'scram-sha-512' },
    tls: { serverName: 'broker', caFile: '/ca.pem', certFile: '/c.pem', keyFile: '/k.pem' },
  });
});

test.each([
  ['kafka://', 'it has no such form'],
  ['kafka://me:secret@one:9092#x', 'it has no such form'],
  ['kafka://one two:secret', 'hosts are host:port'],
  ['kafka://me:secret@one:0', 'hosts are host:port'],
  ['kafka://me:secret@one,two:99999', 'hosts are host:port'],
  ['kafka://me:secret@[::1]:9092', 'brokers are known by names'],
  ['kafka://me:secret@one/a b', 'a prefix has'],
  ['kafka://me:secret@one?acks=0', 'there is no acks'],
  ['kafka://me:secret@one?tlsCa=/ca.pem', 'options of TLS go with kafkas://'],
  ['kafkas://me:secret@one?tlsCert=/c.pem', 'tlsCert and tlsKey go together'],
  ['kafka://me:secret@one?timeoutMs=9', 'timeoutMs is'],
  ['kafka://me:secret@one?replicas=0', 'replicas is'],
  ['kafka://me:secret@one?sasl=gssapi', 'sasl is'],
  ['kafka://me@one', 'a user comes with a password'],
  ['kafka://me:secret%@one', 'a % in a user, password or name'],
])('%s is refused with what is wrong, and never quoted', (url, why) => {
  const refused = expect.objectContaining({
    code: 'CONFIG_INVALID',
    details: { setting: 'EVENT_LOG_URL' },
    message: expect.stringMatching(
      new RegExp(`^EVENT_LOG_URL must look like [^ ]+ ${why.replace(/[.?]/g, '\\$&')}`),
    ),
  });
  expect(() => parse(url)).toThrow(refused);
  expect(() => parse(url)).not.toThrow('secret');
});
