import { afterEach, expect, test, vi } from 'vitest';
import { openDocument, tokenOf } from './browser-stand-in.ts';
import { Session } from './session.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const ann = { status: 200, body: { accessToken: tokenOf('ann') } };
const refused = { status: 401, body: { code: 'UNAUTHENTICATED', detail: 'It has ended.' } };

test('whoever signs out leaves the document: nothing in it is for the next', async () => {
  const document = openDocument((method) => (method === 'POST' ? ann : { status: 204 }));
  const session = new Session();
  await session.signIn('ann@demo.local', 'secret');
  expect(document.reloads).toBe(0);
  await session.signOut();
  expect(document.reloads).toBe(1);
  expect(session.unended()).toBeUndefined();
});

test('whoever goes elsewhere while the session ends is not taken back, and has left this document soon', async () => {
  vi.useFakeTimers();
  const document = openDocument((method) => {
    if (method === 'DELETE') document.goElsewhere();
    return method === 'POST' ? ann : { status: 204 };
  });
  const session = new Session();
  await session.signIn('ann@demo.local', 'secret');
  await session.signOut();
  expect(document.reloads).toBe(0);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(document.reloads).toBe(1);
});

test('what was typed is gone before the gateway answers: whoever goes elsewhere until then leaves nothing', async () => {
  const typed: Record<string, string> = { 'tributary.draft/new/Airport/demo/ann': '{}', other: '1' };
  const atTheEnd: string[] = [];
  openDocument((method) => {
    if (method === 'DELETE') atTheEnd.push(...Object.keys(typed));
    return method === 'POST' ? ann : { status: 204 };
  });
  const removeItem = { value: (key: string) => delete typed[key] };
  vi.stubGlobal('sessionStorage', Object.defineProperty(typed, 'removeItem', removeItem));
  const session = new Session();
  await session.signIn('ann@demo.local', 'secret');
  expect(Object.keys(typed)).toHaveLength(2);
  await session.signOut();
  expect(atTheEnd).toEqual(['other']);
});

test('a session that ends by itself leaves the document too, and where nobody was nothing is left', async () => {
  let answer = ann;
  const document = openDocument(() => answer);
  const session = new Session();
  await session.signIn('ann@demo.local', 'secret');
  const shown = await session.token();
  answer = refused as unknown as typeof ann;
  expect(await session.renewed(shown)).toBeUndefined();
  expect(document.reloads).toBe(1);
  const another = openDocument(() => refused, new Map([['tributary.signed-in', '1']]));
  const stranger = new Session();
  await stranger.start();
  expect([stranger.standing(), another.reloads]).toEqual(['signed-out', 0]);
});

test('a session that could not be ended is said to go on, and is ended when the gateway is back', async () => {
  let isAway = false;
  const document = openDocument((method) => {
    if (isAway) return { status: 0 };
    return method === 'POST' ? ann : { status: 204 };
  });
  const session = new Session();
  await session.signIn('ann@demo.local', 'secret');
  isAway = true;
  await session.signOut();
  const next = openDocument(
    (method) => (isAway ? { status: 0 } : method === 'POST' ? refused : { status: 204 }),
    document.kept,
  );
  const after = new Session();
  await after.start();
  expect([after.standing(), after.unended()]).toEqual(['signed-out', 'unreached']);
  isAway = false;
  await after.endWhatIsLeft();
  expect(after.unended()).toBeUndefined();
  expect(next.asked).toEqual(['DELETE /studio/session', 'DELETE /studio/session']);
});

test('where identity is away the session is said to go on, and is not asked for again: the cookie is gone', async () => {
  const away = { status: 503, body: { code: 'SUBGRAPH_UNAVAILABLE', detail: 'It is away.' } };
  const document = openDocument((method) => (method === 'POST' ? ann : away));
  const session = new Session();
  await session.signIn('ann@demo.local', 'secret');
  await session.signOut();
  const next = openDocument(() => away, document.kept);
  const after = new Session();
  await after.start();
  expect([after.standing(), after.unended(), next.asked]).toEqual(['signed-out', 'refused', []]);
});

test('a clock that is ten minutes ahead does not refresh before every request, and one that is behind not too late', async () => {
  let nowMs = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  for (const skewMs of [600_000, -600_000]) {
    nowMs = 0;
    const document = openDocument(() => ({
      status: 200,
      body: { accessToken: tokenOf('ann', { madeAtMs: Date.now() - skewMs }) },
    }));
    const session = new Session();
    await session.signIn('ann@demo.local', 'secret');
    for (let asked = 0; asked < 20; asked += 1) await session.token();
    expect(document.asked).toEqual(['POST /studio/session']);
    nowMs = 580_000;
    await session.token();
    expect(document.asked).toEqual(['POST /studio/session', 'POST /studio/session/refresh']);
  }
  now.mockRestore();
});
