import { afterEach, expect, test, vi } from 'vitest';
import { openDocument, tokenOf } from '../session/browser-stand-in.ts';
import { Session } from '../session/session.ts';
import { authorizedFetch } from './graph-client.ts';

afterEach(() => void vi.unstubAllGlobals());

test.each([
  ['an access token', { authorization: 'Bearer of another' }],
  ['a key', { 'x-api-key': 'a key' }],
])('whoever asks with %s of their own asks as that, and as nobody else besides', async (_what, headers) => {
  openDocument(() => ({ status: 200, body: { accessToken: tokenOf('ann') } }));
  const session = new Session();
  await session.signIn('ann@demo.local', 'secret');
  const sent: Headers[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    sent.push(new Headers(init.headers));
    return new Response(null, { status: sent.length === 1 ? 401 : 200 });
  });
  expect((await authorizedFetch(session, '/graphql', { headers })).status).toBe(401);
  expect(sent.map((each) => Object.fromEntries(each))).toEqual([headers]);
  await authorizedFetch(session, '/graphql');
  expect(sent[1]?.get('authorization')).toBe(`Bearer ${tokenOf('ann')}`);
});
