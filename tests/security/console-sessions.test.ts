import { demoAccess } from '@tributary/test-kit';
import { beforeAll, expect, inject, test } from 'vitest';

const { url, dataDir } = inject('product');
const email = 'editor@demo.local';
let password = '';
beforeAll(async () => {
  ({ password } = await demoAccess(dataDir));
});

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As a page of the console would ask; `headers` change what the browser would say of it. */
async function ask({ path = '', method = 'POST', body = {}, headers = {} }: Asked = {}) {
  const response = await fetch(`${url}/studio/session${path}`, {
    method,
    headers: {
      origin: url,
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  const setCookie = response.headers.get('set-cookie') ?? '';
  return {
    status: response.status,
    text,
    json: text === '' ? undefined : (JSON.parse(text) as Readonly<Record<string, string>>),
    setCookie,
    cookie: setCookie.split(';', 1)[0] ?? '',
  };
}

const signIn = () => ask({ body: { email, password } });

async function roleOf(accessToken: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ query: '{ viewer { role } }' }),
  });
  return ((await response.json()) as { data?: { viewer: { role: string } } }).data?.viewer.role;
}

test('a page gets the access token; the refresh token is in a cookie that scripts cannot read and no other path sees', async () => {
  const session = await signIn();
  expect(session.status).toBe(200);
  expect(Object.keys(session.json ?? {}).sort()).toEqual(['accessToken', 'accessTokenExpiresAt']);
  expect(await roleOf(session.json?.['accessToken'] ?? '')).toBe('EDITOR');
  expect(session.setCookie).toMatch(
    /^tributary-session-\d+=[^;]+; Expires=[^;]+; Path=\/studio\/session; HttpOnly; SameSite=Strict$/,
  );
  expect(session.text).not.toContain(session.cookie.split('=')[1]);
});

test('each refresh replaces the cookie, and two tabs that refresh at once both go on', async () => {
  const { cookie } = await signIn();
  const [one, two] = await Promise.all([
    ask({ path: '/refresh', headers: { cookie } }),
    ask({ path: '/refresh', headers: { cookie } }),
  ]);
  expect([one?.status, two?.status]).toEqual([200, 200]);
  expect(one?.cookie).not.toBe(cookie);
  expect(one?.cookie).toBe(two?.cookie);
  expect((await ask({ path: '/refresh', headers: { cookie: one?.cookie ?? '' } })).status).toBe(200);
});

test('signing out ends the session and takes the cookie away', async () => {
  const { cookie } = await signIn();
  const out = await ask({ method: 'DELETE', headers: { cookie } });
  expect(out.status).toBe(204);
  expect(out.setCookie).toContain('Max-Age=0');
  const again = await ask({ path: '/refresh', headers: { cookie } });
  expect([again.status, again.json?.['code']]).toEqual([401, 'UNAUTHENTICATED']);
  expect(again.setCookie).toContain('Max-Age=0');
});

test.each([
  ['no page at all', {}],
  ['a page of another site', { origin: 'https://evil.example' }],
  ['a page on another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ['a sandboxed page', { origin: 'null' }],
])('%s can neither open, refresh nor end a session', async (_who, said) => {
  const { cookie } = await signIn();
  const send = async (path: string, method: string): Promise<number> => {
    const headers = { cookie, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}), ...said };
    const body = method === 'POST' ? JSON.stringify({ email, password }) : null;
    const response = await fetch(`${url}/studio/session${path}`, { method, headers, body });
    expect(response.headers.get('set-cookie')).toBeNull();
    return response.status;
  };
  expect(await send('', 'POST')).toBe(403);
  expect(await send('/refresh', 'POST')).toBe(403);
  expect(await send('', 'DELETE')).toBe(403);
  expect((await ask({ path: '/refresh', headers: { cookie } })).status).toBe(200);
});

test('a wrong password leaves the session that is open in the browser, and a right one ends it', async () => {
  const { cookie } = await signIn();
  const refused = await ask({ body: { email, password: 'wrong horse battery' }, headers: { cookie } });
  expect([refused.status, refused.setCookie]).toEqual([401, '']);
  const refreshed = await ask({ path: '/refresh', headers: { cookie } });
  expect(refreshed.status).toBe(200);
  const other = await ask({ body: { email, password }, headers: { cookie: refreshed.cookie } });
  expect(other.status).toBe(200);
  expect((await ask({ path: '/refresh', headers: { cookie: refreshed.cookie } })).status).toBe(401);
  expect((await ask({ path: '/refresh', headers: { cookie: other.cookie } })).status).toBe(200);
});

test('wrong passwords are refused in the words of the graph, and set no cookie', async () => {
  const refused = await ask({ body: { email, password: 'wrong horse battery' } });
  expect([refused.status, refused.json?.['code']]).toEqual([401, 'UNAUTHENTICATED']);
  expect(refused.setCookie).not.toContain('Expires=');
});

test.each([
  ['a list', []],
  ['no password', { email }],
  ['a field that is none', { email, password: 'x', role: 'OWNER' }],
  ['an address that is no text', { email: { $ne: '' }, password: 'x' }],
])('what is no sign-in is refused before anybody is asked: %s', async (_what, body) => {
  const refused = await ask({ body });
  expect([refused.status, refused.json?.['code']]).toEqual([400, 'BAD_USER_INPUT']);
});

test('the cookie opens nothing but the session routes', async () => {
  const { cookie } = await signIn();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  });
  expect(JSON.stringify(await response.json())).toContain('UNAUTHENTICATED');
});
