import { expect, test } from 'vitest';
import { parseSparkUrl } from './spark-address.ts';

const parse = (url: string) => parseSparkUrl(url, 'BATCH_ENGINE_URL');

test('an address names host, login and the folder both sides see; what it leaves out has a default', () => {
  expect(parse('spark://driver?folder=/mnt/batch')).toEqual({
    setting: 'BATCH_ENGINE_URL',
    host: 'driver',
    port: 15_002,
    user: 'tributary',
    token: undefined,
    folder: '/mnt/batch',
    timeoutMs: 10_000,
    tls: undefined,
  });
  const files = 'tlsCa=/ca.pem&tlsCert=/cert.pem&tlsKey=/key.pem&tlsServerName=spark';
  expect(parse(`sparks://shop:t%23k%25n@driver:99?folder=/m&timeoutMs=500&${files}`)).toMatchObject({
    port: 99,
    user: 'shop',
    token: 't#k%n',
    timeoutMs: 500,
    tls: { caFile: '/ca.pem', certFile: '/cert.pem', keyFile: '/key.pem', serverName: 'spark' },
  });
});

test.each([
  ['spark://?folder=/m', 'it has no such form'],
  ['spark://driver', 'folder is the absolute path'],
  ['spark://driver?folder=m', 'folder is the absolute path'],
  ['spark://driver?token=secret', 'there is no token'],
  ['spark://u:%secret@driver?folder=/m', 'is written %25'],
  ['spark://driver?folder=/m&tlsCa=/ca.pem', 'go with sparks://'],
  ['sparks://driver?folder=/m&tlsCert=/c.pem', 'go together'],
  ['spark://driver?folder=/m&timeoutMs=1', 'timeoutMs is from 100'],
])('%s is refused with what is wrong', (url, why) => {
  expect(() => parse(url)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(why) }),
  );
  expect(() => parse(url)).not.toThrow('secret');
});
