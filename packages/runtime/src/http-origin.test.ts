import { expect, test } from 'vitest';
import { httpOrigin } from './http-origin.ts';

test.each([
  ['127.0.0.1', 'http://127.0.0.1:4000'],
  ['localhost', 'http://localhost:4000'],
  ['::1', 'http://[::1]:4000'],
  ['::', 'http://[::]:4000'],
])('what is served at %s has an address that can be asked', (host, origin) => {
  expect(httpOrigin(host, 4_000)).toBe(origin);
  expect(new URL(origin).origin).toBe(origin);
});
