import { eventStream, eventually, graphCaller, type HeardStream } from '@tributary/test-kit';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { newApiKey, newMember, newWorkspace, signIn, type Workspace } from './newcomers.ts';
import { rawSocket } from './raw-socket.ts';
import { freshCode, makeAirport, makeTenantData, type TenantData } from './tenant-data.ts';

// Rows 18 and 43–46 for subscriptions over server-sent events. The end of an access token, clients that do not read, and the address of
// strangers: gateway/test/subscriptions/.
const { url } = inject('product');
const { host } = new URL(url);
const changes = `subscription ($where: AirportWhere) { airportChanged(where: $where) { id airport { iata } } }`;
const membersOnly = `subscription { flightNoteChanged { id } }`;

let victim: Workspace;
let data: TenantData;
let attacker: Workspace;

beforeAll(async () => {
  [victim, attacker] = await Promise.all([newWorkspace(url), newWorkspace(url)]);
  data = await makeTenantData(victim.owner.ask);
});

const opened = (query: string, authorization: string | undefined, variables: object = {}) =>
  eventStream(url, {
    query,
    variables,
    headers: authorization === undefined ? {} : { authorization },
  });

/** What it was refused with in the stream, once that has ended. */
async function refusalIn(stream: HeardStream): Promise<string> {
  await eventually(() => expect(stream.state).toBe('ended'));
  expect(stream.events.map(({ type }) => type)).toEqual(['next', 'complete']);
  return stream.events[0]?.data ?? '';
}

describe('a stream for a foreign page', () => {
  test.each(['null', 'https://evil.test', `http://${host}.evil.test`, `http://evil.test/${host}`])(
    'of origin %s is refused, asked by GET or POST, whatever cookie comes along',
    async (origin) => {
      for (const method of ['GET', 'POST'] as const) {
        const headers = { origin, cookie: 'session=stolen' };
        const answer = await eventStream(url, { query: changes, method, headers });
        expect(answer.status).toBe(403);
        expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      }
    },
  );

  test('that hides behind fetch without CORS is refused, one of our own page is not', async () => {
    for (const mode of ['no-cors', 'navigate', 'websocket']) {
      const headers = { 'sec-fetch-mode': mode, 'sec-fetch-site': 'cross-site' };
      expect((await eventStream(url, { query: changes, method: 'GET', headers })).status).toBe(400);
    }
    for (const headers of [{ origin: url }, { 'sec-fetch-mode': 'cors' }]) {
      await using own = await eventStream(url, { query: changes, method: 'GET', headers });
      expect(own.status).toBe(200);
    }
  });
});

describe('credentials', () => {
  test('that do not hold open no stream, and none at all sees what strangers see', async () => {
    for (const authorization of ['Bearer a.b.c', 'Bearer trb_nosuchkeyatallanywhere', 'Basic eDp5'])
      expect((await opened(changes, authorization)).status).toBe(401);
    await using stranger = await opened(membersOnly, undefined);
    expect(await refusalIn(stranger)).toContain('UNAUTHENTICATED');
  });

  test('without the right, or the scope, are refused in the stream', async () => {
    const { authorization } = await newApiKey(victim, 'OWNER', ['identity:read']);
    await using keyed = await opened(membersOnly, authorization);
    expect(await refusalIn(keyed)).toContain('FORBIDDEN');
  });

  test('that end, end the stream: a key at its time, a membership when it is taken away', async () => {
    const member = await newMember(url, victim, 'VIEWER');
    await using membership = await opened(membersOnly, member.ask.authorization);
    const expiresAt = new Date(Date.now() + 2_000).toISOString();
    const made = await victim.owner.ask<{ createApiKey: { secret: string } }>(
      `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }`,
      { input: { name: 'short', role: 'VIEWER', scopes: ['data:read'], expiresAt } },
    );
    const secret = made.data.createApiKey.secret;
    await using key = await eventStream(url, { query: membersOnly, headers: { 'x-api-key': secret } });
    expect([membership.status, key.status]).toEqual([200, 200]);
    await victim.owner.ask(`mutation ($id: ID!) { removeMember(userId: $id) { __typename } }`, {
      id: member.userId,
    });
    await eventually(() => expect(membership.state).toBe('ended'), { timeoutMs: 5_000 });
    await eventually(() => expect(key.state).toBe('ended'), { timeoutMs: 7_000 });
    expect(membership.comments.join()).toContain('FORBIDDEN');
    expect(key.comments.join()).toContain('UNAUTHENTICATED');
    // Both end without `complete`: their clients come back, and are told.
    expect([...membership.events, ...key.events]).toEqual([]);
    expect((await eventStream(url, { query: membersOnly, headers: { 'x-api-key': secret } })).status).toBe(
      401,
    );
  });
});

describe('events of another workspace', () => {
  test('are heard neither by naming them nor by going on from a cursor of it', async () => {
    await using theirs = await opened(changes, victim.owner.ask.authorization);
    await eventually(() => expect(theirs.lastEventId).not.toBe(''));
    const own = freshCode();
    const authorization = attacker.owner.ask.authorization ?? '';
    await using named = await opened(changes, authorization, { where: { id: { eq: data.airport } } });
    await using resumed = await eventStream(url, {
      query: changes,
      headers: { authorization, 'last-event-id': theirs.lastEventId },
    });
    await victim.owner.ask(
      `mutation ($id: ID!) { updateAirport(id: $id, input: { name: "Seen by ours" }) { id } }`,
      { id: data.airport },
    );
    await eventually(() => expect(theirs.payloads()).toHaveLength(1));
    // Made after it, delivered after it: when this one is here, the other would be too.
    await makeAirport(attacker.owner.ask, own);
    await eventually(() => expect(JSON.stringify(resumed.payloads())).toContain(own));
    expect(resumed.payloads()).toHaveLength(1);
    expect(named.payloads()).toEqual([]);
  });

  test.each(['nonsense', `${'A'.repeat(64)}`, '__proto__'])(
    'are not reached by %s in the place of a cursor',
    async (lastEventId) => {
      await using stream = await eventStream(url, {
        query: changes,
        headers: { 'last-event-id': lastEventId },
      });
      expect(await refusalIn(stream)).toContain('CURSOR_INVALID');
    },
  );
});

describe('nobody has more of the process than their share', () => {
  test('the eleventh stream of a user is refused, over all tokens and sockets of the user, and a stranger’s is not', async () => {
    const { owner, slug } = await newWorkspace(url);
    const second = await signIn(url, owner.email, slug);
    using socket = await rawSocket(url);
    await socket.init(owner.ask.authorization);
    const streams: HeardStream[] = [];
    for (let at = 0; at < 9; at += 1)
      streams.push(await opened(changes, (at % 2 === 0 ? owner : second).ask.authorization));
    expect(streams.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 200));
    const eleventh = await opened(changes, second.ask.authorization);
    expect([eleventh.status, eleventh.body]).toEqual([429, expect.stringContaining('TOO_MANY_CONNECTIONS')]);
    using another = await rawSocket(url);
    another.send({ type: 'connection_init', payload: { authorization: owner.ask.authorization } });
    expect((await another.closed()).code).toBe(4413);
    await using other = await opened(changes, attacker.owner.ask.authorization);
    expect(other.status).toBe(200);
    for (const stream of streams) await stream[Symbol.asyncDispose]();
  });

  test('limits of operations hold for a stream too, and no mutation is made by GET', async () => {
    const aliases = Array.from({ length: 101 }, (_, at) => `a${at}: signUpOpen`).join(' ');
    const attempts = [`{ ${aliases} }`, `{ __type(name: "x") { nope } }`, `{ _service { sdl } }`];
    for (const query of attempts) {
      await using stream = await opened(query, undefined);
      expect(await refusalIn(stream)).toMatch(/OPERATION_TOO_COMPLEX|BAD_USER_INPUT/);
    }
    const authorization = attacker.owner.ask.authorization ?? '';
    const iata = freshCode();
    await using mutation = await eventStream(url, {
      query: `mutation { createAirport(input: { iata: "${iata}", name: "x", country: "DE", latitude: 1, longitude: 2 }) { id } }`,
      method: 'GET',
      headers: { authorization },
    });
    expect(await refusalIn(mutation)).toContain('METHOD_NOT_ALLOWED');
    const { data: read } = await graphCaller(
      url,
      authorization,
    )<{ airport: unknown }>(`{ airport(iata: "${iata}") { id } }`);
    expect(read.airport).toBeNull();
  });
});
