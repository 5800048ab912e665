import { addingModel, multiplyingModel } from '@tributary/engines/inference/conformance-models';
import { eventually } from '@tributary/test-kit';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { newApiKey, newWorkspace } from '../security/newcomers.ts';
import { type RestCaller, restCaller, uploadedByForm } from './rest-requests.ts';

const { url } = inject('product');

vi.setConfig({ testTimeout: 60_000 });
const patient = { timeoutMs: 30_000 };

/** A partner has a key, and no account. */
let authorization = '';
let send: RestCaller;
beforeAll(async () => {
  const key = await newApiKey(await newWorkspace(url), 'ADMIN', [
    'jobs:read',
    'jobs:write',
    'analytics:read',
    'analytics:write',
    'files:read',
    'files:write',
  ]);
  authorization = key.authorization;
  send = restCaller(url, { authorization });
});

const uploaded = (bytes: string | Uint8Array<ArrayBuffer>, name: string): Promise<string> =>
  uploadedByForm(url, authorization, { bytes, name });

test('a schedule is set, read, changed and removed over REST, and an expression that is none is refused at its place', async () => {
  const body = { name: 'mornings', job: 'export-query', cron: '0 6 * * 1-5', timeZone: 'Europe/Zurich' };
  expect(await send('POST', '/v1/schedules', { ...body, cron: 'at six' })).toMatchObject({
    status: 400,
    json: { code: 'BAD_USER_INPUT' },
  });
  const input = { sql: 'SELECT count(*) AS events FROM events', name: 'events.csv' };
  const made = await send('POST', '/v1/schedules', { ...body, input });
  expect(made).toMatchObject({
    status: 201,
    json: { jobName: 'export-query', enabled: true, lastRun: null },
  });
  expect(made.json.nextTimes).toHaveLength(3);
  const path = made.headers.get('location') ?? '';
  expect(await send('GET', path)).toMatchObject({ status: 200, json: made.json });
  const seen = { 'if-match': made.headers.get('etag') ?? '' };
  const changed = await send('PATCH', path, { enabled: false }, seen);
  expect(changed.json).toMatchObject({ version: 2, nextAt: null, nextTimes: [] });
  expect(await send('PATCH', path, { cron: '@daily' }, seen)).toMatchObject({
    status: 412,
    json: { code: 'PRECONDITION_FAILED' },
  });
  expect((await send('DELETE', path, undefined, seen)).status).toBe(412);
  expect((await send('GET', '/v1/schedules')).json).toMatchObject([{ id: made.json.id, enabled: false }]);
  expect((await send('DELETE', path)).status).toBe(204);
  expect((await send('GET', path)).status).toBe(404);
});

test('a queue is limited, paused and resumed over REST, and a dead letter in it is driven again', async () => {
  const queue = '/v1/queues/partner';
  expect((await send('GET', queue)).status).toBe(404);
  expect((await send('PATCH', queue, { concurrency: 2, rateLimit: 50 })).json).toMatchObject({
    name: 'partner',
    state: 'RUNNING',
    concurrency: 2,
    rateLimit: 50,
  });
  const seen = { 'if-match': (await send('GET', queue)).headers.get('etag') ?? '' };
  expect((await send('PATCH', queue, { concurrency: 3 }, seen)).json).toMatchObject({ version: 2 });
  expect((await send('POST', `${queue}/pause`, undefined, seen)).status).toBe(412);
  const input = { sql: 'SELECT nothing FROM nowhere', name: 'nothing.csv' };
  const enqueued = await send('POST', '/v1/runs', {
    job: 'export-query',
    input,
    queue: 'partner',
    maxAttempts: 1,
  });
  const { id } = enqueued.json;
  await eventually(async () => {
    expect((await send('GET', '/v1/dead-letters?job=export-query')).json).toMatchObject([
      { id, state: 'FAILED' },
    ]);
  }, patient);
  expect((await send('POST', `${queue}/pause`)).json).toMatchObject({ state: 'PAUSED' });
  expect((await send('POST', `/v1/runs/${id}/retry`)).json).toMatchObject({ id, state: 'HELD' });
  expect((await send('GET', '/v1/queues')).json).toContainEqual(
    expect.objectContaining({ name: 'partner', state: 'PAUSED', depth: [{ state: 'HELD', runs: 1 }] }),
  );
  expect((await send('POST', `${queue}/drain`)).json).toMatchObject({ state: 'DRAINING' });
  expect((await send('POST', `${queue}/resume`)).json).toMatchObject({ state: 'RUNNING' });
  await eventually(async () => {
    expect((await send('GET', `/v1/runs/${id}`)).json).toMatchObject({ state: 'FAILED', attempt: 2 });
  }, patient);
});

test('what was tracked is asked in SQL, ranked, followed through a funnel and seen to come back, over REST', async () => {
  const named = (await send('GET', '/v1/tracked-events')).json.map(({ name }: { name: string }) => name);
  expect(named).toEqual(expect.arrayContaining(['page.viewed', 'flight.searched', 'flight.booked']));
  const time = new Date(Date.now() - 60_000);
  const view = (subject: string, path: string) => ({
    name: 'page.viewed',
    subject,
    time,
    properties: { path },
  });
  const tracked = await send('POST', '/v1/events', [
    view('ann', '/flights'),
    view('ben', '/flights'),
    view('ben', '/airports'),
    { name: 'flight.searched', subject: 'ben', properties: { origin: 'DEN', results: 3 } },
    { ...view('eve', '/flights'), time: 'yesterday' },
  ]);
  expect(tracked.json.map(({ status }: { status: string }) => status)).toEqual([
    ...Array(4).fill('ACCEPTED'),
    'REFUSED',
  ]);
  expect(tracked.json[4]).toMatchObject({ id: null, error: { code: 'BAD_USER_INPUT', field: 'time' } });
  const sql = 'SELECT path, count(*) AS views FROM page_viewed GROUP BY path ORDER BY views DESC';
  expect((await send('POST', '/v1/sql', { sql })).json).toMatchObject({
    columns: [{ name: 'path' }, { name: 'views' }],
    rows: [
      ['/flights', 2],
      ['/airports', 1],
    ],
    truncated: false,
  });
  expect(await send('POST', '/v1/sql', { sql, from: 'yesterday' })).toMatchObject({
    status: 400,
    json: { errors: [{ pointer: '/from' }] },
  });
  const { json: tables } = await send('GET', '/v1/sql/tables');
  expect(tables).toContainEqual(
    expect.objectContaining({ name: 'page_viewed', rowsUrl: expect.any(String) }),
  );
  await eventually(async () => {
    const { json } = await send('GET', '/v1/metrics/page_views/top?by=path&window=DAY&k=2');
    expect(json).toMatchObject([
      { key: '/flights', value: 2 },
      { key: '/airports', value: 1 },
    ]);
  }, patient);
  const where = encodeURIComponent('{"path":"/airports"}');
  expect((await send('GET', `/v1/metrics/page_views?window=DAY&where=${where}`)).json.series).toMatchObject([
    { points: [{ rows: 1 }] },
  ]);
  const day = { from: new Date(Date.now() - 86_400_000), to: new Date(Date.now() + 86_400_000) };
  const steps = [{ event: 'page.viewed', where: { path: '/flights' } }, { event: 'flight.searched' }];
  expect((await send('POST', '/v1/funnels', { steps, ...day, within: '1d' })).json).toMatchObject([
    { steps: [{ subjects: 2 }, { subjects: 1, conversion: 0.5 }] },
  ]);
  const span = `from=${day.from.toISOString()}&to=${day.to.toISOString()}`;
  const { json: cohorts } = await send(
    'GET',
    `/v1/retention?cohort=page.viewed&activity=flight.searched&period=MONTH&${span}`,
  );
  expect(cohorts.reduce((all: number, { subjects }: { subjects: number }) => all + subjects, 0)).toBe(2);
});

test('a moment with a + in the address is refused by the name of the parameter, with how it is written', async () => {
  expect(await send('GET', '/v1/metrics/page_views?window=DAY&from=2001-01-01T00:00:00+02:00')).toMatchObject(
    {
      status: 400,
      json: { parameter: 'from', detail: expect.stringMatching(/^The parameter "from" is wrong: .*%2B\.$/) },
    },
  );
});

test('a file is previewed as the table or the text it is, has links that are listed, and counts in what is used, over REST', async () => {
  const table = await uploaded('iata,runways\nDEN,6\nSLC,\n', 'airports.csv');
  const text = await uploaded('Snow at Denver until noon.', 'notes.txt');
  expect((await send('GET', `/v1/files/${table}/preview?rows=1`)).json).toEqual({
    columns: [
      { name: 'iata', type: 'TEXT' },
      { name: 'runways', type: 'INTEGER' },
    ],
    rows: [['DEN', '6']],
    encoding: 'utf-8',
    truncated: true,
  });
  expect((await send('GET', `/v1/files/${text}/preview`)).json).toEqual({
    text: 'Snow at Denver until noon.',
    encoding: 'utf-8',
    truncated: false,
  });
  expect((await send('GET', `/v1/files/${text}/variant?width=100`)).status).toBe(404);
  expect(await send('GET', `/v1/files/${text}/variant`)).toMatchObject({ status: 400 });
  const made = await send('POST', '/v1/download-links', { fileId: text });
  const links = `/v1/files/${text}/download-links`;
  expect((await send('GET', links)).json).toMatchObject([{ id: made.json.id, fileId: text }]);
  await send('DELETE', `/v1/download-links/${made.json.id}`);
  expect((await send('GET', links)).json).toEqual([]);
  const begun = await send('POST', '/v1/uploads', { name: 'later.bin', sizeBytes: 1_000 });
  expect((await send('GET', '/v1/workspace-usage')).json).toMatchObject({ files: 2, reservedBytes: 1_000 });
  expect((await send('DELETE', `/v1/uploads/${begun.json.id}`)).status).toBe(204);
  expect((await send('POST', `/v1/uploads/${begun.json.id}/complete`)).status).toBe(404);
  expect((await send('GET', '/v1/workspace-usage')).json).toMatchObject({ files: 2, reservedBytes: 0 });
});

test('versions of a model are registered, promoted, shadowed and taken back over REST, and predict a list of items, of which those that do not fit are told at their place', async () => {
  const model = '/v1/inference-models/adder';
  expect((await send('GET', model)).status).toBe(404);
  const register = async (width: number) => {
    const file = await uploaded(new Uint8Array(addingModel(['n', width])), `adder-${width}.onnx`);
    return send('POST', `${model}/versions`, { file, note: `of ${width}` });
  };
  const first = await register(2);
  expect(first).toMatchObject({ status: 201, json: { model: 'adder', version: 1, note: 'of 2' } });
  expect(first.headers.get('location')).toBe(model);
  expect((await register(1)).json).toMatchObject({ version: 2 });
  const step = (path: string) => send('POST', `${model}${path}`);
  expect((await step('/versions/1/promote')).json).toMatchObject({ liveVersion: { version: 1 } });
  // Its answers are lists: there is no number to compare.
  expect(await step('/versions/2/shadow')).toMatchObject({ status: 409, json: { code: 'STATE_CONFLICT' } });
  expect((await step('/versions/2/promote')).json).toMatchObject({ liveVersion: { version: 2 } });
  const other = await uploaded(new Uint8Array(multiplyingModel()), 'multiplier.onnx');
  expect((await send('POST', `${model}/versions`, { file: other })).json).toMatchObject({ version: 3 });
  expect((await step('/versions/3/shadow')).json).toMatchObject({ shadow: { version: 3, output: 'sum' } });
  expect((await send('DELETE', `${model}/versions/3`)).status).toBe(409);
  expect((await send('DELETE', `${model}/shadow`)).json).toMatchObject({ shadow: null });
  expect((await send('DELETE', `${model}/versions/3`)).status).toBe(204);
  expect((await send('DELETE', `${model}/versions/3`)).status).toBe(404);
  expect((await step('/rollback')).json).toMatchObject({ liveVersion: { version: 1 } });
  expect((await send('GET', model)).json.versions).toMatchObject([{ version: 2 }, { version: 1 }]);
  const items = [
    { a: 1, b: [2, 3] },
    { a: 'one', b: [2, 3] },
    { a: 1, b: [2, 3, 4] },
    { a: 2, b: [2, 3] },
  ];
  expect(await send('POST', `${model}/predictions`, items)).toMatchObject({
    status: 200,
    json: {
      version: 1,
      predictions: [
        { outputs: { sum: [3, 4] }, error: null },
        { outputs: null, error: { code: 'BAD_USER_INPUT', input: 'a' } },
        { outputs: null, error: { code: 'BAD_USER_INPUT', input: 'b' } },
        { outputs: { sum: [4, 5] }, error: null },
      ],
    },
  });
  const tooMany = Array.from({ length: 1_001 }, () => items[0]);
  expect(await send('POST', `${model}/predictions`, tooMany)).toMatchObject({
    status: 400,
    json: { code: 'BAD_USER_INPUT' },
  });
  expect((await send('GET', '/v1/inference-models')).json).toMatchObject([
    { name: 'adder', liveVersion: { version: 1, inputs: [{ name: 'a' }, { name: 'b' }] } },
  ]);
});
