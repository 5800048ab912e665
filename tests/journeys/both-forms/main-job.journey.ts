import { demoAccess, eventually, graphCaller, signedIn, subscribing } from '@tributary/test-kit';
import { expect, inject, test } from 'vitest';

const readmeQuery = `{ airports(first: 2) { totalCount nodes { iata name departures(first: 3) { totalCount nodes { destination { city } delayMinutes } } } } }`;
const updateAirport = `mutation ($id: ID!, $input: AirportPatch!) { updateAirport(id: $id, input: $input) { id version name } }`;
const changes = `subscription ($after: Cursor) { airportChanged(after: $after) { cursor kind id version airport { name } } }`;

interface Change {
  readonly airportChanged: {
    readonly cursor: string;
    readonly kind: string;
    readonly id: string;
    readonly version: number;
    readonly airport: { readonly name: string };
  };
}

const { form, url, dataDir } = inject('product');

const anAirport = async (iata: string) => {
  const { data } = await graphCaller(url)<{ airport: { id: string; version: number; name: string } }>(
    `query ($iata: String) { airport(iata: $iata) { id version name } }`,
    { iata },
  );
  return data.airport;
};

/** Tests beside these make an item of the demo's and remove it: what is counted is what is there between. */
const undisturbed = { timeoutMs: 60_000 };

test('a stranger reads 3,376 airports with their departures', async () => {
  await eventually(async () => {
    const { data, errors } = await graphCaller(url)<{
      airports: { totalCount: number; nodes: { departures: { totalCount: number } }[] };
    }>(readmeQuery);
    expect(errors).toEqual([]);
    expect(data.airports.totalCount).toBe(3_376);
    expect(data.airports.nodes).toHaveLength(2);
  }, undisturbed);
}, 70_000);

test('20,000 flights are there, each between two airports', async () => {
  await eventually(async () => {
    const { data } = await graphCaller(url)<{
      flights: { totalCount: number; nodes: { origin: { iata: string } }[] };
    }>(
      `{ flights(first: 1, where: { delayMinutes: { gte: -10000 } }) { totalCount nodes { origin { iata } destination { iata } } } }`,
    );
    expect(data.flights.totalCount).toBe(20_000);
    expect(data.flights.nodes[0]?.origin.iata).toMatch(/^[A-Z0-9]{3}$/);
  }, undisturbed);
}, 70_000);

test('the viewer is refused to change an airport, with a code that says why', async () => {
  const viewer = await signedIn(url, 'viewer@demo.local');
  const { id } = await anAirport('DTW');
  const { errors } = await viewer(updateAirport, { id, input: { name: 'Viewer was here' } });
  expect(errors[0]?.extensions).toMatchObject({
    code: 'FORBIDDEN',
    role: 'VIEWER',
    advice: expect.any(String),
  });
  expect((await anAirport('DTW')).name).not.toBe('Viewer was here');
  const owner = await signedIn(url, 'owner@demo.local');
  await eventually(async () => {
    const { data } = await owner<{
      auditLog: { nodes: { actor: { user: { email: string } | null }; details: { coordinate: string } }[] };
    }>(
      `{ auditLog(first: 50, where: { action: "identity.refusal.recorded" }) { nodes { actor { user { email } } details } } }`,
    );
    const refused = data.auditLog.nodes.map(({ actor, details }) => [actor.user?.email, details.coordinate]);
    expect(refused).toContainEqual(['viewer@demo.local', 'Mutation.updateAirport']);
  });
});

test('the editor’s change reaches a second client’s subscription, and the owner sees in the audit log who made it', async () => {
  const editor = await signedIn(url, 'editor@demo.local');
  const owner = await signedIn(url, 'owner@demo.local');
  const { id } = await anAirport('DTW');
  await using second = await subscribing<Change>(url, {
    query: changes,
    authorization: owner.authorization,
  });
  const name = `Detroit ${form} ${Date.now()}`;
  const { errors } = await editor(updateAirport, { id, input: { name } });
  expect(errors).toEqual([]);
  const { airportChanged } = await second.first((change) => change.airportChanged.id === id);
  expect(airportChanged).toMatchObject({ kind: 'UPDATED', airport: { name } });
  await eventually(async () => {
    const { data } = await owner<{
      auditLog: { nodes: { action: string; actor: { user: { email: string } } }[] };
    }>(
      `query ($where: AuditWhere) { auditLog(first: 1, where: $where) { nodes { action actor { user { email } } } } }`,
      { where: { subject: `Airport/${id}` } },
    );
    expect(data.auditLog.nodes[0]).toMatchObject({
      action: 'data.record.updated',
      actor: { user: { email: 'editor@demo.local' } },
    });
  });
});

test('the partner reads an airport over REST, and gets 304 on the second read', async () => {
  const { partnerKey } = await demoAccess(dataDir);
  const { id } = await anAirport('ATL');
  const headers = { 'x-api-key': partnerKey };
  const first = await fetch(`${url}/v1/airports/${id}`, { headers });
  expect(first.status).toBe(200);
  expect(await first.json()).toMatchObject({ id, iata: 'ATL' });
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"/);
  const second = await fetch(`${url}/v1/airports/${id}`, {
    headers: { ...headers, 'if-none-match': etag },
  });
  expect(second.status).toBe(304);
  expect(await second.text()).toBe('');
});

test('a client that drops and misses 500 changes has every one once, in order, after it comes back with its cursor', async () => {
  const editor = await signedIn(url, 'editor@demo.local');
  const { id } = await anAirport('SEA');
  const before = await subscribing<Change>(url, { query: changes });
  await editor(updateAirport, { id, input: { name: `before the drop ${Date.now()}` } });
  const { airportChanged: last } = await before.first((change) => change.airportChanged.id === id);
  await before[Symbol.asyncDispose]();

  for (let missed = 1; missed <= 500; missed += 1)
    await editor(updateAirport, { id, input: { name: `missed ${missed}` } });

  await using after = await subscribing<Change>(url, {
    query: changes,
    variables: { after: last.cursor },
  });
  const seen = () =>
    after.payloads.map(({ airportChanged }) => airportChanged).filter((change) => change.id === id);
  await eventually(() => expect(seen().length).toBeGreaterThanOrEqual(500), { timeoutMs: 20_000 });
  expect(seen().map(({ version }) => version)).toEqual(
    Array.from({ length: 500 }, (_, index) => last.version + index + 1),
  );
  expect(seen().map(({ airport }) => airport.name)).toEqual(
    Array.from({ length: 500 }, (_, index) => `missed ${index + 1}`),
  );
}, 60_000);
