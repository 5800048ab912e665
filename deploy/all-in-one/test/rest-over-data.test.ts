import { createConfig, lintFromString } from '@redocly/openapi-core';
import { openApiDocument } from '@tributary/rest';
import { newId } from '@tributary/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, operations, restOverData } from './rest-over-data.ts';

let rest: Awaited<ReturnType<typeof restOverData>>;
let send: typeof rest.send;
beforeAll(async () => {
  rest = await restOverData();
  send = rest.send;
});
afterAll(() => rest[Symbol.asyncDispose]());

test('every saved operation fits the composed graph, and its OpenAPI document is lint-clean', async () => {
  const source = JSON.stringify(openApiDocument(operations, rest.schema));
  const problems = await lintFromString({
    source,
    config: await createConfig({ extends: ['recommended-strict'] }),
  });
  expect(
    problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`),
  ).toEqual([]);
});

test('the published OpenAPI document is the one that operations and models give; `vitest run <this file> --update` renews it', async () => {
  const document = `${JSON.stringify(openApiDocument(operations, rest.schema), null, 2)}\n`;
  await expect(document).toMatchFileSnapshot('../../../schema/openapi.generated.json');
});

test('whatever may be an array says of what, or generated clients lack its route', () => {
  const lacking: unknown[] = [];
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    const { type, items } = part as { readonly type?: unknown; readonly items?: unknown };
    if ([type].flat().includes('array') && items === undefined) lacking.push(part);
    for (const inner of Object.values(part)) look(inner);
  };
  look(openApiDocument(operations, rest.schema));
  expect(lacking).toEqual([]);
});

test('the bounds that models set are in the OpenAPI document, and keep over REST', async () => {
  const { components } = openApiDocument(operations, rest.schema) as {
    readonly components: { readonly schemas: Readonly<Record<string, { readonly properties: object }>> };
  };
  for (const name of ['AirportInput', 'AirportPatch', 'Airport'])
    expect(components.schemas[name]?.properties, name).toMatchObject({
      latitude: { minimum: -90, maximum: 90 },
      iata: { minLength: 3 },
    });
  const place = { iata: 'OUT', name: 'Nowhere', country: 'USA', latitude: 91, longitude: 0 };
  expect(await send('POST', '/v1/airports', place)).toMatchObject({
    status: 400,
    json: { code: 'BAD_USER_INPUT', field: 'latitude', bound: 'max', limit: 90 },
  });
});

test('airports, flights and notes are created, listed, changed and deleted over REST', async () => {
  const place = {
    name: 'Denver Intl',
    city: 'Denver',
    state: 'CO',
    country: 'USA',
    latitude: 39.86,
    longitude: -104.67,
  };
  const origin = await send('POST', '/v1/airports', { ...place, iata: 'DEN' });
  await send('POST', '/v1/airports', {
    ...place,
    iata: 'SLC',
    name: 'Salt Lake City',
    city: 'Salt Lake City',
    state: 'UT',
  });
  expect(origin).toMatchObject({ status: 201, json: { iata: 'DEN', version: 1 } });

  const scheduledAt = '2001-01-01T00:47:00.000Z';
  const flight = await send('POST', '/v1/flights', {
    origin: { iata: 'DEN' },
    destination: { iata: 'SLC' },
    scheduledAt,
    delayMinutes: 14,
    distanceMiles: 405,
  });
  expect(flight).toMatchObject({
    status: 201,
    json: { origin: { iata: 'DEN' }, destination: { iata: 'SLC' }, scheduledAt },
  });
  const flightId = String(flight.json['id']);

  const note = await send('POST', '/v1/notes', { flightId, title: 'De-icing', body: { minutes: 14 } });
  expect(note).toMatchObject({
    status: 201,
    json: { title: 'De-icing', flight: { id: flightId }, body: { minutes: 14 } },
  });
  const noteUrl = String(note.headers['location']);

  for (const [list, length] of [
    [
      '/v1/airports?city=Denver&state=CO&country=USA&iata=DEN&nameContains=Denver&sort=state,-name&first=5',
      1,
    ],
    [
      `/v1/flights?origin=${String(origin.json['id'])}&scheduledFrom=2001-01-01T00:00:00Z&delayedAtLeast=10&sort=-delayMinutes`,
      1,
    ],
    ['/v1/flights?delayedAtLeast=60', 0],
    [`/v1/notes?flight=${flightId}&sort=-updatedAt`, 1],
  ] as const) {
    expect((await send('GET', list)).json, list).toHaveLength(length);
  }

  const etag = String(note.headers['etag']);
  const changed = await send('PATCH', noteUrl, { title: 'De-icing, twice' }, { 'if-match': etag });
  expect(changed).toMatchObject({ status: 200, json: { version: 2 } });
  expect(await send('PATCH', noteUrl, { title: 'Lost' }, { 'if-match': etag })).toMatchObject({
    status: 412,
    json: { code: 'PRECONDITION_FAILED' },
  });
  expect(
    (await send('GET', noteUrl, undefined, { 'if-none-match': String(changed.headers['etag']) })).status,
  ).toBe(304);
  expect((await send('DELETE', noteUrl)).status).toBe(204);
  expect((await send('GET', noteUrl)).status).toBe(404);
  const airportUrl = `/v1/airports/${String(origin.json['id'])}`;
  const changes = { [`/v1/flights/${flightId}`]: { delayMinutes: 15 }, [airportUrl]: { name: 'Denver' } };
  for (const [url, patch] of Object.entries(changes)) {
    const patched = await send('PATCH', url, patch, { 'if-match': '*' });
    expect(patched).toMatchObject({ status: 200, json: { ...patch, version: 2 } });
    expect([(await send('DELETE', url)).status, (await send('GET', url)).status]).toEqual([204, 404]);
  }
});

test('a create whose answer was lost makes one record and one note, and its retry under the same key answers them', async () => {
  const create = async (key: string, target: string, body: object): Promise<Answer> => {
    const headers = { 'idempotency-key': key };
    rest.loseAnswer();
    expect((await send('POST', target, body, headers)).status).toBe(503);
    const retried = await send('POST', target, body, headers);
    expect(retried.status).toBe(201);
    const again = await send('POST', target, body, headers);
    expect(again).toMatchObject({ status: 201, json: retried.json });
    expect(again.headers['idempotency-replayed']).toBe('true');
    return retried;
  };
  const place = { name: 'Retry Field', country: 'USA', latitude: 1, longitude: 2 };
  const airport = await create('k1', '/v1/airports', { ...place, iata: 'RTY' });
  expect((await send('GET', '/v1/airports?nameContains=Retry')).json).toMatchObject([airport.json]);
  // Neither has a unique field: the id alone keeps the second attempt from making another.
  const ends = { origin: { iata: 'RTY' }, destination: { iata: 'RTY' } };
  const times = { scheduledAt: '2001-01-01T00:00:00Z', delayMinutes: 0, distanceMiles: 1 };
  const flight = await create('k2', '/v1/flights', { ...ends, ...times });
  expect((await send('GET', `/v1/flights?origin=${airport.json['id']}`)).json).toMatchObject([flight.json]);
  const note = await create('k3', '/v1/notes', { flightId: flight.json['id'], title: 'Once' });
  expect((await send('GET', '/v1/notes?title=Once')).json).toMatchObject([note.json]);
  expect(String(note.headers['location'])).toBe(`/v1/notes/${note.json['id']}`);
});

test('a merge patch changes the keys it names in the JSON of a document, and plain JSON replaces all of it', async () => {
  const ends = { origin: { iata: 'MRG' }, destination: { iata: 'MRG' } };
  await send('POST', '/v1/airports', {
    iata: 'MRG',
    name: 'Merge',
    country: 'USA',
    latitude: 1,
    longitude: 2,
  });
  const scheduledAt = '2001-01-01T00:00:00Z';
  const flight = await send('POST', '/v1/flights', {
    ...ends,
    scheduledAt,
    delayMinutes: 0,
    distanceMiles: 1,
  });
  const body = { text: 'Snow.', by: { crew: 2, trucks: 1 } };
  const note = await send('POST', '/v1/notes', { flightId: flight.json['id'], title: 'Merged', body });
  const url = String(note.headers['location']);
  const merge = { 'content-type': 'application/merge-patch+json' };
  expect(await send('PATCH', url, { body: { text: null, by: { crew: 3 } } }, merge)).toMatchObject({
    status: 200,
    json: { version: 2, title: 'Merged', body: { by: { crew: 3, trucks: 1 } } },
  });
  expect((await send('PATCH', url, { body: { text: 'Ice.' } })).json['body']).toEqual({ text: 'Ice.' });
  expect((await send('PATCH', url, { body: null }, merge)).json['body']).toBeNull();
  const stale = { ...merge, 'if-match': String(note.headers['etag']) };
  expect((await send('PATCH', url, { body: { a: 1 } }, stale)).status).toBe(412);
});

test('a partner may name the record it creates, once', async () => {
  const id = newId();
  const body = { id, iata: 'OWN', name: 'Own', country: 'USA', latitude: 1, longitude: 2 };
  expect(await send('POST', '/v1/airports', body)).toMatchObject({ status: 201, json: { id } });
  const taken = await send('POST', '/v1/airports', { ...body, iata: 'OWM' });
  expect(taken).toMatchObject({ status: 409, json: { code: 'CONFLICT', fields: ['id'] } });
  const malformed = await send('POST', '/v1/airports', { ...body, id: id.toUpperCase() });
  expect(malformed).toMatchObject({ status: 400, json: { code: 'BAD_USER_INPUT', field: 'id' } });
});

test('an id that is none and a broken cursor are coded refusals', async () => {
  expect((await send('GET', '/v1/airports/none')).status).toBeGreaterThanOrEqual(400);
  expect((await send('GET', '/v1/airports/none')).status).toBeLessThan(500);
  expect((await send('GET', '/v1/airports?after=broken')).json).toMatchObject({ code: 'CURSOR_INVALID' });
});

test('every fault of a body is told at once with its place, those of the model and nulls too', async () => {
  const pointers = ({ json }: Answer): unknown =>
    (json['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort();
  const created = await send('POST', '/v1/airports', { iata: 'Q', latitude: 100, longitude: null, foo: 1 });
  expect(created.status).toBe(400);
  expect(pointers(created)).toEqual(['/country', '/foo', '/iata', '/latitude', '/longitude', '/name']);
  const { json } = await send('POST', '/v1/airports', {
    iata: 'QQZ',
    name: 'N',
    country: 'USA',
    latitude: 1,
    longitude: 1,
  });
  const changed = await send('PATCH', `/v1/airports/${String(json['id'])}`, { name: null, country: null });
  expect(changed.status).toBe(400);
  expect(pointers(changed)).toEqual(['/country', '/name']);
  const one = await send('PATCH', `/v1/airports/${String(json['id'])}`, { name: null });
  expect(pointers(one)).toEqual(['/name']);
});
