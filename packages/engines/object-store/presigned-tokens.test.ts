import { randomBytes } from 'node:crypto';
import { ManualClock } from '@tributary/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPresignedTokens } from './presigned-tokens.ts';

const secret = randomBytes(32);
const refusal = expect.objectContaining({ code: 'FORBIDDEN' });

function setUp() {
  const clock = new ManualClock(1_700_000_000_000);
  const tokens = createPresignedTokens({ secret, path: '/files/objects', clock });
  const tokenOf = (url: string): string => url.slice('/files/objects/'.length);
  return { clock, tokens, tokenOf };
}

const put = {
  method: 'PUT',
  key: 'w1/f1/v1',
  sizeBytes: 10,
  sha256: '0'.repeat(64),
  contentType: 'image/png',
} as const;

test('a token says what it was made for, until its last second', () => {
  const { clock, tokens, tokenOf } = setUp();
  const request = tokens.presign({ ...put, expiresInSeconds: 300 });
  expect(request).toMatchObject({ method: 'PUT', headers: { 'content-type': 'image/png' } });
  expect(request.expiresAtMs).toBe(clock.now() + 300_000);
  expect(request.url).toMatch(/^\/files\/objects\/[\w-]+\.[\w-]+$/);
  clock.advance(299_999);
  expect(tokens.verify('PUT', tokenOf(request.url))).toEqual(put);
  clock.advance(1);
  expect(() => tokens.verify('PUT', tokenOf(request.url))).toThrow(refusal);
});

test('another method, another secret, or any other spelling of a token is refused', () => {
  const { tokens, tokenOf, clock } = setUp();
  const token = tokenOf(tokens.presign({ method: 'GET', key: 'w1/f1/v1', expiresInSeconds: 60 }).url);
  expect(tokens.verify('GET', token)).toEqual({ method: 'GET', key: 'w1/f1/v1' });
  for (const method of ['PUT', 'get', '', 'DELETE']) {
    expect(() => tokens.verify(method, token)).toThrow(refusal);
  }
  const others = createPresignedTokens({ secret: randomBytes(32), path: '/files/objects', clock });
  expect(() => others.verify('GET', token)).toThrow(refusal);
  const [text = '', signature = ''] = token.split('.');
  const spellings = [
    `${token}=`,
    `${token} `,
    `${token}.x`,
    `.${token}`,
    `${text}=.${signature}`,
    text,
    '',
    '.',
  ];
  for (const spelling of spellings) expect(() => tokens.verify('GET', spelling)).toThrow(refusal);
});

test('no change of a token is let through', () => {
  const { tokens, tokenOf } = setUp();
  const token = tokenOf(tokens.presign({ ...put, expiresInSeconds: 60 }).url);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'aB3-_.%=\0é'), (at, letter) => {
      fc.pre(token[at] !== letter);
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      expect(() => tokens.verify('PUT', changed)).toThrow(refusal);
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 6_000 }), (text) => {
      expect(() => tokens.verify('PUT', text)).toThrow(refusal);
    }),
  );
});

test('a short secret is refused', () => {
  const clock = new ManualClock(0);
  const create = (): unknown => createPresignedTokens({ secret: 'short', path: '/objects', clock });
  expect(create).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
