import { eventually } from '@tributary/test-kit';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { newApiKey, newWorkspace } from '../security/newcomers.ts';
import { type RestCaller, restCaller, uploadedByForm } from './rest-requests.ts';

const { url } = inject('product');

vi.setConfig({ testTimeout: 60_000 });
const patient = { timeoutMs: 30_000 };

let authorization = '';
let send: RestCaller;
beforeAll(async () => {
  const scopes = ['data', 'files', 'jobs', 'analytics'].flatMap((area) => [`${area}:read`, `${area}:write`]);
  ({ authorization } = await newApiKey(await newWorkspace(url), 'ADMIN', scopes));
  send = restCaller(url, { authorization });
});

test('runs that depend on each other are enqueued together over REST, and read as one graph', async () => {
  await send('POST', '/v1/queues/graphs/pause');
  const job = { job: 'export-query', queue: 'graphs', input: { sql: 'SELECT 1 AS one', name: 'one.csv' } };
  const steps = [
    { name: 'first', job },
    { name: 'second', job, dependsOn: [{ step: 'first' }] },
  ];
  expect(
    await send('POST', '/v1/run-graphs', [{ ...steps[0], dependsOn: [{ step: 'first' }] }]),
  ).toMatchObject({ status: 400 });
  const { status, json } = await send('POST', '/v1/run-graphs', steps);
  expect({ status, states: json.map(({ state }: { state: string }) => state) }).toEqual({
    status: 202,
    states: ['HELD', 'WAITING'],
  });
  const [first, second] = json;
  expect((await send('GET', `/v1/runs/${second.id}/graph`)).json).toMatchObject({
    runs: [{ id: first.id }, { id: second.id }],
    links: [{ from: first.id, to: second.id, condition: 'SUCCESS' }],
    truncated: false,
  });
  expect(await send('GET', `/v1/runs/${first.id}/children`)).toMatchObject({ status: 200, json: [] });
  expect((await send('DELETE', `/v1/runs/${first.id}`)).json).toMatchObject({ state: 'CANCELLED' });
});

test('an import, two exports after it and one after both succeed in that order over REST, and an export without end is cancelled while it works', async () => {
  const file = await uploadedByForm(url, authorization, {
    bytes: 'iata,name,country,latitude,longitude\nQZ1,One,USA,1,2\nQZ2,Two,USA,3,4\n',
    name: 'gates.csv',
  });
  const exported = (name: string, ...after: readonly string[]) => ({
    name,
    job: { job: 'export-query', input: { sql: 'SELECT iata FROM airport', name: `${name}.csv` } },
    dependsOn: after.map((step) => ({ step })),
  });
  const { status, json: enqueued } = await send('POST', '/v1/run-graphs', [
    { name: 'load', job: { job: 'import-dataset', input: { file, model: 'Airport' } } },
    exported('left', 'load'),
    exported('right', 'load'),
    exported('last', 'left', 'right'),
  ]);
  expect({ status, waiting: enqueued.slice(1).map(({ state }: { state: string }) => state) }).toEqual({
    status: 202,
    waiting: ['WAITING', 'WAITING', 'WAITING'],
  });
  const [load, left, right, last] = enqueued.map(({ id }: { id: string }) => id);
  await eventually(async () => {
    expect((await send('GET', `/v1/runs/${last}`)).json).toMatchObject({
      state: 'SUCCEEDED',
      output: { rows: 2 },
    });
  }, patient);
  const { json: graph } = await send('GET', `/v1/runs/${load}/graph`);
  const shown = new Map<string, { state: string; startedAt: string; finishedAt: string }>(
    graph.runs.map((run: { id: string }) => [run.id, run]),
  );
  expect([...shown.values()].map(({ state }) => state)).toEqual(Array(4).fill('SUCCEEDED'));
  const links: { from: string; to: string }[] = graph.links;
  expect(new Set(links.map(({ from, to }) => `${from} ${to}`))).toEqual(
    new Set([`${load} ${left}`, `${load} ${right}`, `${left} ${last}`, `${right} ${last}`]),
  );
  for (const { from, to } of links)
    expect(Date.parse(shown.get(to)?.startedAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(shown.get(from)?.finishedAt ?? ''),
    );

  const sql = 'SELECT count(*) FROM range(4000000) a(x), range(4000000) b(y) WHERE (x * y) % 1000003 = 1';
  const endless = await send('POST', '/v1/runs', { job: 'export-query', input: { sql } });
  const path = `/v1/runs/${endless.json.id}`;
  await eventually(async () => expect((await send('GET', path)).json.state).toBe('RUNNING'), patient);
  expect((await send('DELETE', path)).json).toMatchObject({ cancelRequested: true });
  await eventually(async () => {
    expect((await send('GET', path)).json).toMatchObject({
      state: 'CANCELLED',
      attempt: 1,
      output: null,
      error: { code: 'CANCELLED' },
    });
  }, patient);
});
