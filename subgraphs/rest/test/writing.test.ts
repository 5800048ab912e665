import { afterAll, beforeAll, expect, test } from 'vitest';
import { airport, anonymous, restHarness } from './rest-harness.ts';

let rest: Awaited<ReturnType<typeof restHarness>>;
beforeAll(async () => {
  rest = await restHarness();
});
afterAll(async () => rest[Symbol.asyncDispose]());

const created = async (iata: string) => {
  const response = await rest.send('POST', '/v1/airports', { body: { ...airport, iata } });
  return { response, id: String(response.json()['id']), etag: String(response.headers['etag']) };
};

test('what was created is answered with its place and its ETag', async () => {
  const { response, id, etag } = await created('C1');
  expect(response).toMatchObject({ status: 201, headers: { location: `/v1/airports/${id}` } });
  const read = await rest.send('GET', `/v1/airports/${id}`);
  expect(read.text).toBe(response.text);
  expect(read.headers['etag']).toBe(etag);
});

test('a value that must be unique and is taken is a conflict', async () => {
  await created('C2');
  expect((await created('C2')).response.json()).toMatchObject({ status: 409, code: 'CONFLICT' });
});

test('a change with the current ETag is made, and with an old one is refused with 412', async () => {
  const { id, etag } = await created('C3');
  const patch = (ifMatch: string, name: string) =>
    rest.send('PATCH', `/v1/airports/${id}`, { headers: { 'if-match': ifMatch }, body: { name } });
  const changed = await patch(etag, 'First');
  expect(changed.json()).toMatchObject({ name: 'First', version: 2 });
  expect((await patch(etag, 'Second')).json()).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
  expect((await patch(String(changed.headers['etag']), 'Third')).json()).toMatchObject({ version: 3 });
  expect((await patch('*', 'Fourth')).json()).toMatchObject({ version: 4 });
});

test('an ETag that is weak, foreign or several is no permission to write', async () => {
  const { id, etag } = await created('C4');
  const other = await created('C5');
  const status = async (ifMatch: string) =>
    (
      await rest.send('PATCH', `/v1/airports/${id}`, {
        headers: { 'if-match': ifMatch },
        body: { name: 'x' },
      })
    ).status;
  expect(await status(`W/${etag}`)).toBe(412);
  expect(await status(other.etag)).toBe(412);
  expect(await status('nonsense')).toBe(412);
  expect(await status(`${etag}, ${other.etag}`)).toBe(400);
});

test('without If-Match the last writer wins', async () => {
  const { id } = await created('C6');
  expect((await rest.send('PATCH', `/v1/airports/${id}`, { body: { name: 'x' } })).status).toBe(200);
});

test('a merge patch is taken as the JSON it is', async () => {
  const { id } = await created('C7');
  const headers = { 'content-type': 'application/merge-patch+json' };
  expect(
    (await rest.send('PATCH', `/v1/airports/${id}`, { body: { name: 'Merged' }, headers })).json(),
  ).toMatchObject({ name: 'Merged' });
});

test('deleting answers 204 without a body, honours If-Match, and finds nothing the second time', async () => {
  const { id, etag } = await created('C8');
  const stale = etag.replace(`${id}-1`, `${id}-7`);
  expect((await rest.send('DELETE', `/v1/airports/${id}`, { headers: { 'if-match': stale } })).status).toBe(
    412,
  );
  expect(await rest.send('DELETE', `/v1/airports/${id}`, { headers: { 'if-match': etag } })).toMatchObject({
    status: 204,
    text: '',
  });
  expect((await rest.send('DELETE', `/v1/airports/${id}`)).status).toBe(404);
});

test('nobody writes without a name', async () => {
  const refused = await rest.send('POST', '/v1/airports', { as: anonymous, body: airport });
  expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="tributary"' } });
});
