import { eventually, graphCaller } from '@tributary/test-kit';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Newcomer, newApiKey, newMember, newWorkspace, signIn, type Workspace } from './newcomers.ts';
import { rawSocket, upgradeStatus } from './raw-socket.ts';
import { freshCode, makeAirport, makeTenantData, type TenantData } from './tenant-data.ts';

// Rows 18 and 43–46 against the running product. Token expiry to the second, slow readers and ping floods, which take a clock or a
// network of their own: gateway/test/subscriptions/.
const { url } = inject('product');
const { host } = new URL(url);
const changes = `subscription ($where: AirportWhere) { airportChanged(where: $where) { kind id airport { iata } } }`;

let victim: Workspace;
let data: TenantData;
let attacker: Workspace;

beforeAll(async () => {
  [victim, attacker] = await Promise.all([newWorkspace(url), newWorkspace(url)]);
  data = await makeTenantData(victim.owner.ask);
});

describe('a socket of a foreign page', () => {
  test.each(['null', 'https://evil.test', `http://${host}.evil.test`, `http://evil.test/${host}`])(
    'of origin %s is refused at the upgrade, whatever cookie comes along',
    async (origin) => {
      expect(await upgradeStatus(url, { origin, cookie: 'session=stolen' })).toBe(403);
    },
  );

  test('is told from one of our own page, and from a client that is no page', async () => {
    expect(await upgradeStatus(url, { origin: url })).toBe(101);
    expect(await upgradeStatus(url, {})).toBe(101);
  });
});

describe('a subscription', () => {
  const seenBy = async (
    { ask }: Pick<Newcomer, 'ask'>,
    where: object,
    act: () => Promise<unknown>,
  ): Promise<readonly unknown[]> => {
    using socket = await rawSocket(url);
    await socket.init(ask.authorization);
    await socket.subscribed('probe', changes, { where });
    const own = freshCode();
    await socket.subscribed('own', changes, { where: { iata: { eq: own } } });
    await act();
    // Made after it, delivered after it: when this one is here, the other would be too.
    await makeAirport(attacker.owner.ask, own);
    await socket.message('next', 'own');
    return socket.payloads('probe');
  };
  const rename = (name: string) =>
    victim.owner.ask(
      `mutation ($id: ID!, $name: String!) { updateAirport(id: $id, input: { name: $name }) { id } }`,
      { id: data.airport, name },
    );

  test('hears nothing of another workspace, whatever id, key or negation its filter names', async () => {
    const filters = [
      { id: { eq: data.airport } },
      { iata: { eq: data.iata } },
      { id: { in: [data.airport] } },
      { or: [{ iata: { eq: data.iata } }, { id: { eq: data.airport } }] },
      { and: [{ not: { iata: { eq: 'none' } } }, { id: { eq: data.airport } }] },
    ];
    for (const [at, where] of filters.entries())
      expect(await seenBy(attacker.owner, where, () => rename(`Name ${at}`))).toEqual([]);
  });

  test('goes on from a cursor of another workspace without its events', async () => {
    using theirs = await rawSocket(url);
    await theirs.init(victim.owner.ask.authorization);
    const cursor = await theirs.subscribed('a', changes);
    await rename('After the cursor');
    await theirs.message('next', 'a');
    using mine = await rawSocket(url);
    await mine.init(attacker.owner.ask.authorization);
    const text = `subscription ($after: Cursor) { airportChanged(after: $after) { id } }`;
    await mine.subscribed('a', text, { after: cursor });
    await makeAirport(attacker.owner.ask);
    await mine.message('next', 'a');
    expect(JSON.stringify(mine.messages)).not.toContain(data.airport);
  });

  test('to a room of another workspace is refused as to one that does not exist', async () => {
    using socket = await rawSocket(url);
    await socket.init(attacker.owner.ask.authorization);
    const absent = '01938f6e-5b1c-7c3a-9d52-3f6b0c1f2a10';
    for (const field of [
      'docUpdates(noteId: $id) { update }',
      'presenceChanged(noteId: $id) { __typename }',
    ]) {
      const answers = [];
      for (const noteId of [data.note, absent]) {
        const id = `${field.slice(0, 4)}${noteId}`;
        const query = `subscription ($id: ID!) { ${field} }`;
        socket.send({ type: 'subscribe', id, payload: { query, variables: { id: noteId } } });
        const { payload } = await socket.message('error', id);
        answers.push(payload);
      }
      expect(answers[0]).toEqual(answers[1]);
      expect(JSON.stringify(answers[0])).toContain('NOT_FOUND');
    }
  });

  test('to what only members see is refused to strangers, and to a key without the scope', async () => {
    const { authorization } = await newApiKey(victim, 'OWNER', ['identity:read']);
    for (const credential of [undefined, authorization]) {
      using socket = await rawSocket(url);
      await socket.init(credential);
      const query = `subscription { flightNoteChanged { id } }`;
      socket.send({ type: 'subscribe', id: 'a', payload: { query } });
      const { payload } = await socket.message('error', 'a');
      expect(JSON.stringify(payload)).toMatch(/UNAUTHENTICATED|FORBIDDEN/);
    }
  });

  test('ends with the membership of whoever holds it', async () => {
    const member = await newMember(url, victim, 'VIEWER');
    using socket = await rawSocket(url);
    await socket.init(member.ask.authorization);
    await socket.subscribed('a', `subscription { flightNoteChanged { id } }`);
    await victim.owner.ask(`mutation ($id: ID!) { removeMember(userId: $id) { __typename } }`, {
      id: member.userId,
    });
    expect((await socket.closed(5_000)).code).toBe(4403);
  });
});

describe('a socket that breaks the protocol is closed with the code that says how', () => {
  test('no connection_init for three seconds: 4408', async () => {
    using socket = await rawSocket(url);
    const startedMs = performance.now();
    expect((await socket.closed(8_000)).code).toBe(4408);
    expect(performance.now() - startedMs).toBeGreaterThan(2_000);
  });

  const broken: Readonly<Record<string, readonly [string, number]>> = {
    'no JSON': ['{', 4400],
    'an unknown message': ['{"type":"hello"}', 4400],
    'a subscribe before connection_init': [
      '{"type":"subscribe","id":"a","payload":{"query":"{signUpOpen}"}}',
      4401,
    ],
    'a frame over 64 KB': [JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(70_000) } }), 1009],
    'a payload that is no object': ['{"type":"connection_init","payload":[1]}', 4400],
    'a forged token': ['{"type":"connection_init","payload":{"authorization":"Bearer a.b.c"}}', 4403],
  };
  test.each(Object.keys(broken))('%s', async (name) => {
    const [text, code] = broken[name] ?? ['', 0];
    using socket = await rawSocket(url);
    socket.ws.send(text);
    expect((await socket.closed()).code).toBe(code);
  });

  test('a second connection_init: 4429; an id in use: 4409', async () => {
    using twice = await rawSocket(url);
    await twice.init();
    twice.send({ type: 'connection_init' });
    expect((await twice.closed()).code).toBe(4429);
    using same = await rawSocket(url);
    await same.init();
    await same.subscribed('a', changes);
    same.send({ type: 'subscribe', id: 'a', payload: { query: changes } });
    expect((await same.closed()).code).toBe(4409);
  });

  test('a flood of frames: 1008', async () => {
    using socket = await rawSocket(url);
    await socket.init();
    for (let count = 0; count < 600; count += 1) socket.send({ type: 'ping' });
    expect((await socket.closed()).code).toBe(1008);
  });
});

describe('nobody has more of the process than their share', () => {
  test('of 400 subscriptions on one socket, as many as frames may be sent at once, 50 run, the others are refused and the socket stays', async () => {
    using socket = await rawSocket(url);
    await socket.init(attacker.owner.ask.authorization);
    const payload = { query: changes, variables: { where: { iata: { eq: 'none' } } } };
    for (let count = 0; count < 400; count += 1) socket.send({ type: 'subscribe', id: `s${count}`, payload });
    await eventually(() => {
      const refused = socket.messages.filter(({ type }) => type === 'error');
      expect(refused).toHaveLength(350);
    });
    expect(JSON.stringify(socket.messages)).toContain('TOO_MANY_CONNECTIONS');
    socket.send({ type: 'complete', id: 's0' });
    await socket.subscribed('again', changes, { where: { iata: { eq: 'none' } } });
  });

  test('the eleventh socket of a user is closed, over all of the user’s tokens, and a stranger’s is not', async () => {
    const { owner, slug } = await newWorkspace(url);
    const second = await signIn(url, owner.email, slug);
    const opened = await Promise.all(Array.from({ length: 10 }, () => rawSocket(url)));
    for (const [at, socket] of opened.entries())
      await socket.init((at % 2 === 0 ? owner : second).ask.authorization);
    using eleventh = await rawSocket(url);
    eleventh.send({ type: 'connection_init', payload: { authorization: second.ask.authorization } });
    expect((await eleventh.closed()).code).toBe(4413);
    using other = await rawSocket(url);
    await other.init(attacker.owner.ask.authorization);
    for (const socket of opened) socket[Symbol.dispose]();
  });

  test('limits of HTTP hold for operations over a socket too', async () => {
    using socket = await rawSocket(url);
    await socket.init();
    const aliases = Array.from({ length: 101 }, (_, at) => `a${at}: signUpOpen`).join(' ');
    const attempts = {
      a: `{ ${aliases} }`,
      b: `{ __type(name: "${'x'.repeat(10)}") { nope } }`,
      c: `{ _service { sdl } }`,
    };
    for (const [id, query] of Object.entries(attempts))
      socket.send({ type: 'subscribe', id, payload: { query } });
    const query = `query ($w: AirportWhere) { airports(where: $w) { totalCount } }`;
    const polluted = `{"w":{"__proto__":{"iata":{"eq":"x"}}}}`;
    socket.ws.send(
      `{"type":"subscribe","id":"d","payload":{"query":${JSON.stringify(query)},"variables":${polluted}}}`,
    );
    const deep = `{"where":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`;
    socket.ws.send(
      `{"type":"subscribe","id":"e","payload":{"query":${JSON.stringify(changes)},"variables":${deep}}}`,
    );
    for (const id of [...Object.keys(attempts), 'd', 'e']) {
      const answer = await eventually(() => {
        const found = socket.messages.find((each) => each.id === id && each.type !== 'complete');
        if (found === undefined) throw new Error(`no answer to ${id}`);
        return JSON.stringify(found);
      });
      expect(answer).toMatch(/OPERATION_TOO_COMPLEX|BAD_USER_INPUT/);
    }
    expect((await graphCaller(url)('{ signUpOpen }')).errors).toEqual([]);
  });
});
