import { expect, test } from 'vitest';
import { CodedError } from './coded-error.ts';
import { faultSentence } from './fault-sentence.ts';

const system = (code: string, facts: object = {}): Error =>
  Object.assign(new Error(`${code}: something, with details`), { code, ...facts });

test.each([
  ['a busy port', system('EADDRINUSE', { port: 4000 }), /^Port 4000 is busy; .*PORT=4001\.$/],
  ['the last port of all', system('EADDRINUSE', { port: 65_535 }), /choose another with PORT=0\.$/],
  ['a port for root alone', system('EACCES', { syscall: 'listen', port: 80 }), /may not open port 80/],
  [
    'an address of another machine',
    system('EADDRNOTAVAIL', { address: '192.0.2.1' }),
    /no address 192\.0\.2\.1; set HOST/,
  ],
  [
    'a host that nobody knows',
    system('ENOTFOUND', { syscall: 'getaddrinfo', hostname: 'foo.invalid' }),
    /^There is no host foo\.invalid; set HOST/,
  ],
  [
    'a folder of somebody else',
    system('EACCES', { path: '/data' }),
    /^\/data cannot be written by this user; .*DATA_DIR/,
  ],
  [
    'a disk that can only be read',
    system('EROFS', { path: '/data' }),
    /^\/data is on a disk that can only be read; .*DATA_DIR/,
  ],
  ['a file where a folder should be', system('ENOTDIR', { path: '/data/x' }), /^\/data\/x is in the way/],
  [
    'a full disk',
    system('ENOSPC', { path: '/data/x' }),
    /^The disk that holds \/data\/x is full; free some space/,
  ],
  ['what another package calls wrongly configured', system('CONFIG_INVALID'), /^CONFIG_INVALID: something/],
])('%s is explained, with what to do', (_fault, error, sentence) => {
  expect(faultSentence(error)).toMatch(sentence);
});

test('settings are called as whoever reads it says them', () => {
  const listens = { port: '--port', host: '--host' };
  expect(faultSentence(system('EADDRINUSE', { port: 4000 }), listens)).toMatch(/with --port 4001\.$/);
  expect(faultSentence(system('EADDRNOTAVAIL', { address: '192.0.2.1' }), listens)).toMatch(/set --host to/);
});

test('a coded error speaks for itself, but for a full disk below it', () => {
  const coded = (cause: Error) => new CodedError('ENGINE_UNAVAILABLE', 'The database is away.', { cause });
  expect(faultSentence(coded(system('ECONNREFUSED')))).toBe('The database is away.');
  expect(faultSentence(coded(system('53100')))).toMatch(/^The disk that holds the data folder is full/);
});

test('what nobody foresaw has no sentence', () => {
  expect(faultSentence(new TypeError('x is not a function'))).toBeUndefined();
  expect(faultSentence(system('EWHATEVER'))).toBeUndefined();
});
