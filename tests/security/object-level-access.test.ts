import { atNight, type GraphCaller, graphCaller } from '@tributary/test-kit';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, isAbstractType } from 'graphql';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { absentFor, type IdProbe, idProbes, isUuid, type Own } from './id-probes.ts';
import { type Newcomer, newApiKey, newcomer, newMember, newWorkspace, type Workspace } from './newcomers.ts';
import { rawSocket } from './raw-socket.ts';
import { airportInput, freshCode, makeAirport, makeTenantData, type TenantData } from './tenant-data.ts';

// Rows 23, 25 and 27: what belongs to another workspace answers as what does not exist, for whoever asks and however it is named.
const { url } = inject('product');

interface Tenant extends Workspace {
  readonly data: TenantData;
  readonly keyId: string;
}

let victim: Tenant;
let attacker: Tenant;
let callers: Readonly<Record<string, GraphCaller>>;
let probes: readonly IdProbe[];

async function tenant(): Promise<Tenant> {
  const workspace = await newWorkspace(url);
  const { id: keyId } = await newApiKey(workspace, 'VIEWER', ['data:read']);
  return { ...workspace, keyId, data: await makeTenantData(workspace.owner.ask) };
}

beforeAll(async () => {
  [victim, attacker] = await Promise.all([tenant(), tenant()]);
  const member = async (role: 'EDITOR' | 'VIEWER'): Promise<GraphCaller> =>
    (await newMember(url, attacker, role)).ask;
  const everyScope = ['data:read', 'data:write', 'identity:read', 'identity:write', 'rest:usage'];
  const key = await newApiKey(attacker, 'ADMIN', everyScope);
  callers = {
    owner: attacker.owner.ask,
    editor: await member('EDITOR'),
    viewer: await member('VIEWER'),
    'API key': graphCaller(url, key.authorization),
    'member of nothing': (await newcomer(url)).ask,
  };
  const { data } = await attacker.owner.ask<IntrospectionQuery>(getIntrospectionQuery());
  probes = idProbes(buildClientSchema(data));
});

/** What of a tenant can stand in a place with this name. */
function idsFor(name: string, { data, owner, keyId, slug }: Tenant): readonly string[] {
  const byName: Readonly<Record<string, readonly string[]>> = {
    iata: [data.iata],
    flightKey: [data.flightKey],
    slug: [slug],
    noteId: [data.note],
    flightId: [data.flight],
    originId: [data.airport],
    destinationId: [data.airport],
    userId: [owner.userId],
    actorId: [owner.userId],
    principal: [`user:${owner.userId}`],
    subject: [`Airport/${data.airport}`],
  };
  return byName[name] ?? [data.airport, data.flight, data.note, owner.userId, keyId];
}

/** What the caller's own side of an operation names, so that only the probe can be wrong with it. */
function ownOf(tenant: Tenant): Own {
  const { data } = tenant;
  return (name, field) => {
    if (name !== 'id') return idsFor(name, tenant)[0] ?? '';
    return /Note/.test(field) ? data.note : /Flight/.test(field) ? data.flight : data.airport;
  };
}

/** Parts of the graph that are asked at once fail in any order. */
const keyOf = (error: object): string => JSON.stringify(error);

/** An answer without what names the thing asked for, or differs from one call to the next. */
async function answerTo(
  { ask, own }: { readonly ask: GraphCaller; readonly own: Own },
  { query, variables }: IdProbe,
  id: string,
): Promise<string> {
  const { status, data, errors } = await ask(query, variables(id, own));
  return (
    JSON.stringify({
      status,
      data,
      errors: errors.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1)),
    })
      .replaceAll(id, '<asked>')
      .replace(/"version":\d+/g, '"version":0')
      // A reference to another part's entity is only an id: the item is made, and shows nothing of what it names.
      .replace(
        /("create\w+":(?:\[\{"__typename":"\w+","\w+":)?\{"__typename":"\w+","id":)"[^"]*"/,
        '$1"<made>"',
      )
      .replace(/"totalCount":\d+/g, '"totalCount":0')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
  );
}

/** What is answered where nothing has the id. One id that nothing has is as good as the next: each place is asked for one of that form. */
function absentAnswers(caller: { readonly ask: GraphCaller; readonly own: Own }, probe: IdProbe) {
  let toUuid: Promise<string> | undefined;
  const ask = (id: string): Promise<string> => answerTo(caller, probe, absentFor(id));
  return async (id: string): Promise<string> => {
    if (!isUuid(id)) return ask(id);
    toUuid ??= ask(id);
    return toUuid;
  };
}

const everything = `{ airports { nodes { id version iata name updatedAt } } flights { nodes { id version flightKey updatedAt } }
  flightNotes { nodes { id version title body updatedAt } } members { nodes { role user { id } } } apiKeys { nodes { id revokedAt } } workspace { id slug name } }`;

/** The owner, who may most, asks for all of them in each place; the others for one, each for another one. At night (`NIGHTLY=1`, .ci/nightly) all ask for all. */
function asked(ids: readonly string[], { who, at }: { readonly who: string; readonly at: number }) {
  const turn = Object.keys(callers).indexOf(who);
  return ids.filter((_, place) => atNight || turn === 0 || place === (at + turn) % ids.length);
}

describe('what belongs to another workspace', () => {
  test('answers as what does not exist, in every place that takes an id, for every role', async () => {
    expect(probes.length).toBeGreaterThan(50);
    const before = await victim.owner.ask(everything);
    expect(before.errors).toEqual([]);
    // Callers attack at once: what one makes must not show in what another is answered, nor while others still look.
    const attackers = await Promise.all(
      Object.entries(callers).map(async ([who, ask]) => {
        const own = ownOf({ ...attacker, data: await makeTenantData(attacker.owner.ask) });
        return { who, caller: { ask, own } };
      }),
    );
    const attack = async ({ who, caller }: (typeof attackers)[number], root: string): Promise<void> => {
      for (const [at, probe] of probes.entries()) {
        if (!probe.place.startsWith(root)) continue;
        const absent = absentAnswers(caller, probe);
        for (const id of asked(idsFor(probe.name, victim), { who, at })) {
          const told = { place: probe.place, who, id, answer: await answerTo(caller, probe, id) };
          expect(told).toEqual({ ...told, answer: await absent(id) });
          expect(told.answer).not.toMatch(/INTERNAL|GRAPHQL_VALIDATION/);
        }
      }
    };
    for (const root of ['query', 'mutation'])
      await Promise.all(attackers.map((attacking) => attack(attacking, root)));
    expect((await victim.owner.ask(everything)).data).toEqual(before.data);
  }, 240_000);

  test('the same places work with what is one’s own, so the refusals above mean something', async () => {
    const reached: string[] = [];
    const caller = { ask: attacker.owner.ask, own: ownOf(attacker) };
    for (const probe of probes.filter(({ place }) => place.startsWith('query'))) {
      const absent = absentAnswers(caller, probe);
      for (const id of idsFor(probe.name, attacker)) {
        const answer = await answerTo(caller, probe, id);
        if (!answer.includes('"errors":[]')) continue;
        if (answer !== (await absent(id))) reached.push(probe.place);
      }
    }
    for (const place of [
      'airport id',
      'airport iata',
      'flight id',
      'flightNote id',
      'flights where.origin.eq',
    ])
      expect(reached).toContain(`query ${place}`);
  }, 120_000);

  test('cannot be told from absence by a unique value either: each workspace has its own', async () => {
    const other = await newWorkspace(url);
    await makeAirport(other.owner.ask, victim.data.iata);
    const { data } = await victim.owner.ask(`{ airports { totalCount } }`);
    expect(data).toEqual({ airports: { totalCount: 1 } });
  });

  test('is not reached by choosing its id for something of one’s own: neither its text nor its changes', async () => {
    const { data } = victim;
    const { owner } = await newWorkspace(url);
    const own = await makeTenantData(owner.ask);
    const twin = await owner.ask(
      `mutation ($note: FlightNoteInput!, $airport: AirportInput!) { createFlightNote(input: $note) { id } createAirport(input: $airport) { id } }`,
      {
        note: { id: data.note, flightId: own.flight, title: 'twin' },
        airport: { ...airportInput(freshCode()), id: data.airport },
      },
    );
    expect(twin.errors).toEqual([]);
    using socket = await rawSocket(url);
    await socket.init(owner.ask.authorization);
    await socket.subscribed('room', `subscription ($id: ID!) { docUpdates(noteId: $id) { update } }`, {
      id: data.note,
    });
    await socket.subscribed('changes', `subscription { airportChanged { id airport { name } } }`);
    // A Yjs update that inserts the text `secret`.
    const update = 'AQEHAAQBBHRleHQGc2VjcmV0AA==';
    const edited = await victim.owner.ask(
      `mutation ($id: ID!, $update: Base64!) { applyDocUpdate(noteId: $id, update: $update) { __typename } }`,
      { id: data.note, update },
    );
    expect(edited.errors).toEqual([]);
    await victim.owner.ask(
      `mutation ($id: ID!) { updateAirport(id: $id, input: { city: "Secret" }) { id } }`,
      {
        id: data.airport,
      },
    );
    await owner.ask(`mutation ($id: ID!) { updateAirport(id: $id, input: { city: "Own" }) { id } }`, {
      id: data.airport,
    });
    await socket.message('next', 'changes');
    expect(socket.payloads('changes')).toHaveLength(1);
    expect(socket.payloads('room').length).toBeLessThanOrEqual(1);
    expect(JSON.stringify(socket.messages)).not.toContain(update);
    const { data: note } = await owner.ask(
      `query ($id: ID!) { flightNote(id: $id) { title body } noteDocument(noteId: $id) { seq } airport(id: "${data.airport}") { city } }`,
      { id: data.note },
    );
    expect(note).toEqual({
      flightNote: { title: 'twin', body: null },
      noteDocument: { seq: 0 },
      airport: { city: 'Own' },
    });
  });

  test('is reached through no interface, union or node field: none leads to an entity', async () => {
    const { data } = await attacker.owner.ask<IntrospectionQuery>(getIntrospectionQuery());
    const schema = buildClientSchema(data);
    const members = Object.values(schema.getTypeMap())
      .filter((type) => isAbstractType(type) && !type.name.startsWith('__'))
      .flatMap((type) => (isAbstractType(type) ? schema.getPossibleTypes(type) : []));
    expect(members.filter(({ name }) => /^(Airport|Flight|FlightNote|User|Workspace)$/.test(name))).toEqual(
      [],
    );
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).not.toContain('node');
  });

  test('stays closed when a token or key is shown together with the name of that workspace', async () => {
    const { authorization = '' } = attacker.owner.ask;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, 'tributary-workspace': victim.slug },
      body: JSON.stringify({
        query: `{ workspace { slug } flightNotes { nodes { id } } airports { nodes { id } } }`,
      }),
    });
    const text = await response.text();
    expect([response.status, text]).toEqual([403, expect.stringContaining('FORBIDDEN')]);
    expect(text).not.toContain(victim.data.note);
    expect(text).not.toContain(victim.data.airport);
    expect(text).not.toContain(victim.slug);
  });
});

describe('over REST', () => {
  const routesWithKey = async (): Promise<readonly { method: string; path: string }[]> => {
    const { paths } = (await (await fetch(`${url}/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    return (
      Object.entries(paths)
        // Names that declarations give, of metrics, are no keys of a workspace.
        .filter(([path]) => /\{(id|iata)\}/.test(path))
        .flatMap(([path, methods]) =>
          Object.keys(methods)
            .filter((method) => /^(get|patch|delete)$/.test(method))
            .map((method) => ({ method: method.toUpperCase(), path })),
        )
    );
  };
  const ask = async ({ authorization = '' }: Newcomer['ask'], method: string, path: string) => {
    const writes = method === 'PATCH';
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { authorization, ...(writes ? { 'content-type': 'application/json' } : {}) },
      ...(writes ? { body: '{}' } : {}),
    });
    const text = (await response.text()).replace(/"requestId":"[^"]+"/, '');
    return { status: response.status, text };
  };

  test('what belongs to another workspace is 404 on every route, and stays as it was', async () => {
    const routes = await routesWithKey();
    expect(routes.length).toBeGreaterThanOrEqual(9);
    const { airport, flight, note, iata } = victim.data;
    for (const { method, path } of routes) {
      for (const id of path.includes('{iata}') ? [iata] : [airport, flight, note]) {
        const named = await ask(attacker.owner.ask, method, path.replace(/\{\w+\}/, id));
        const absent = absentFor(id);
        const none = await ask(attacker.owner.ask, method, path.replace(/\{\w+\}/, absent));
        expect([path, method, named.status]).toEqual([path, method, 404]);
        expect(named.text.replaceAll(id, '<asked>')).toBe(none.text.replaceAll(absent, '<asked>'));
      }
    }
    const { data } = await victim.owner.ask(
      `{ flightNotes { totalCount } airports { totalCount } flights { totalCount } }`,
    );
    const one = { totalCount: 1 };
    expect(data).toEqual({ flightNotes: one, airports: one, flights: one });
  }, 60_000);
});
