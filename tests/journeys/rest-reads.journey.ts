import { eventually, signedIn } from '@tributary/test-kit';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import { newApiKey, newWorkspace, type Workspace } from '../security/newcomers.ts';
import { type RestCaller, restCaller, uploadedByForm } from './rest-requests.ts';
import { vegaFile } from './vega-files.ts';

const { url } = inject('product');

vi.setConfig({ testTimeout: 60_000 });
const patient = { timeoutMs: 30_000 };

let authorization = '';
let workspace: Workspace;
let send: RestCaller;
beforeAll(async () => {
  workspace = await newWorkspace(url);
  const scopes = ['jobs:read', 'jobs:write', 'analytics:read', 'files:read', 'files:write'];
  ({ authorization } = await newApiKey(workspace, 'EDITOR', scopes));
  send = restCaller(url, { authorization });
});

const uploaded = (bytes: string | Uint8Array<ArrayBuffer>, name: string): Promise<string> =>
  uploadedByForm(url, authorization, { bytes, name });

test('files are listed, read, changed against their version and removed for good over REST', async () => {
  const id = await uploaded('iata\nDEN\n', 'airports.csv');
  const picture = await uploaded(new Uint8Array((await vegaFile('gimp.png')).bytes), 'gimp.png');
  expect((await send('GET', '/v1/files?sort=name')).json).toMatchObject([{ id }, { id: picture }]);
  expect((await send('GET', '/v1/files?contentType=text/csv')).json).toMatchObject([
    { id, name: 'airports.csv', sizeBytes: 9, trashedAt: null },
  ]);
  const path = `/v1/files/${id}`;
  const read = await send('GET', path);
  expect(read).toMatchObject({ status: 200, json: { id, contentType: 'text/csv', version: 1 } });
  const etag = { 'if-match': read.headers.get('etag') ?? '' };
  const change = { name: 'us.csv', metadata: { source: 'FAA' } };
  expect(await send('PATCH', path, change, etag)).toMatchObject({
    status: 200,
    json: { ...change, version: 2 },
  });
  expect((await send('PATCH', path, { name: 'late.csv' }, etag)).status).toBe(412);
  const holding = (value: string) =>
    send(
      'GET',
      `/v1/files?where=${encodeURIComponent(JSON.stringify({ metadata: [{ key: 'source', eq: value }] }))}`,
    );
  expect((await holding('FAA')).json).toMatchObject([{ id, createdBy: read.json.createdBy }]);
  expect((await holding('DOT')).json).toEqual([]);

  const { json: variant } = await send('GET', `/v1/files/${picture}/variant?width=32&format=PNG`);
  expect(variant).toMatchObject({ contentType: 'image/png' });
  const drawn = Buffer.from(await (await fetch(new URL(variant.url, url))).arrayBuffer());
  // PNG, 13.3: the width stands in the sixteenth to nineteenth byte.
  expect([drawn.subarray(1, 4).toString(), drawn.readUInt32BE(16)]).toEqual(['PNG', 32]);

  expect((await send('DELETE', `/v1/trash/files/${id}`)).status).toBe(409);
  expect((await send('DELETE', path)).status).toBe(204);
  expect((await send('GET', '/v1/files?trashed=true')).json).toMatchObject([{ id, name: 'us.csv' }]);
  expect((await send('DELETE', `/v1/trash/files/${id}`)).status).toBe(204);
  expect((await send('GET', path)).status).toBe(404);
});

test('what can be run is listed with what it takes, and runs are listed, run anew, and lead to their files over REST', async () => {
  const { json: jobs } = await send('GET', '/v1/jobs');
  const { json: job } = await send('GET', '/v1/jobs/export-query');
  expect(job).toMatchObject({ name: 'export-query', inputSchema: { required: ['sql'] } });
  expect(jobs).toContainEqual(job);
  expect((await send('GET', '/v1/jobs/nothing')).status).toBe(404);

  const ended = (id: string) =>
    eventually(async () => {
      const { json } = await send('GET', `/v1/runs/${id}`);
      expect(json).toMatchObject({ id, state: 'SUCCEEDED' });
      return json;
    }, patient);
  const input = { sql: 'SELECT 7 AS n', name: 'seven.csv' };
  const { json: first } = await send('POST', '/v1/runs', { job: 'export-query', input });
  await ended(first.id);
  const anew = await send('POST', `/v1/runs/${first.id}/replay`);
  expect(anew).toMatchObject({ status: 202, json: { jobName: 'export-query', input } });
  expect(anew.json.id).not.toBe(first.id);
  expect(anew.headers.get('location')).toBe(`/v1/runs/${anew.json.id}`);
  const { output } = await ended(anew.json.id);
  expect((await send('GET', '/v1/runs?state=SUCCEEDED')).json).toMatchObject([
    { id: anew.json.id },
    { id: first.id },
  ]);
  expect((await send('GET', '/v1/runs?order=ASC')).json).toMatchObject([
    { id: first.id },
    { id: anew.json.id },
  ]);
  expect((await send('GET', `/v1/runs/${anew.json.id}`)).json).toMatchObject({
    origin: 'api',
    startedBy: { kind: 'apiKey' },
    parent: null,
    replayOf: { id: first.id },
    dependencies: [],
  });
  const unique = { job: 'export-query', input, uniqueKey: 'seven', queue: 'nobody-works-here' };
  await send('POST', '/v1/queues/nobody-works-here/pause');
  const once = await send('POST', '/v1/runs', unique);
  expect(await send('POST', '/v1/runs', unique)).toMatchObject({ status: 200, json: { id: once.json.id } });
  expect(once.status).toBe(202);
  const steps = [{ name: 'only', job: { job: 'export-query', input, queue: 'nobody-works-here' } }];
  const graphs = [1, 2].map(() => send('POST', '/v1/run-graphs?uniqueKey=tonight', steps));
  const [one, two] = await Promise.all(graphs);
  expect(one?.json).toMatchObject([{ id: two?.json[0].id }]);
  const { json: files } = await send('GET', `/v1/runs/${anew.json.id}/files`);
  expect(files).toMatchObject([{ id: output.file, name: 'seven.csv' }]);
});

test('metrics are listed with what they can be asked by over REST', async () => {
  expect((await send('GET', '/v1/metrics')).json).toContainEqual(
    expect.objectContaining({
      name: 'flight_delay',
      measures: expect.arrayContaining([expect.objectContaining({ function: 'avg', field: 'delayMinutes' })]),
      windows: expect.arrayContaining([expect.objectContaining({ name: 'HOUR', sizeSeconds: 3_600 })]),
    }),
  );
});

test('who runs the installation lists pipelines, stops one, starts it and computes it anew over REST; others are refused', async () => {
  const owner = await signedIn(url, 'owner@demo.local');
  const operate = restCaller(url, { authorization: owner.authorization ?? '' });
  const { json: listed } = await operate('GET', '/v1/pipelines');
  expect(listed.map(({ name }: { name: string }) => name)).toContain('flight_delay');
  // Who waits for this one elsewhere waits far longer than it rests.
  const path = '/v1/pipelines/monthly_delay';
  const inState = (state: string) =>
    eventually(async () => {
      const { json } = await operate('GET', path);
      expect(json).toMatchObject({ name: 'monthly_delay', state });
      return json;
    }, patient);
  const before = await inState('RUNNING');
  expect(await operate('POST', `${path}/stop`)).toMatchObject({
    status: 200,
    json: { name: 'monthly_delay' },
  });
  await inState('STOPPED');
  expect((await operate('POST', `${path}/start`)).status).toBe(200);
  expect(await inState('RUNNING')).toMatchObject({ version: before.version });
  expect((await operate('POST', `${path}/recompute`)).status).toBe(200);
  await eventually(
    async () => expect((await operate('GET', path)).json.change).toMatchObject({ kind: 'RECOMPUTED' }),
    patient,
  );
  await inState('RUNNING');
  expect(await send('GET', '/v1/pipelines')).toMatchObject({ status: 403 });
  expect(await send('POST', `${path}/stop`)).toMatchObject({ status: 403 });
});

test('who runs the installation gives a workspace a quota over REST, and those it is about read it; others are refused', async () => {
  const owner = await signedIn(url, 'owner@demo.local');
  const operate = restCaller(url, { authorization: owner.authorization ?? '' });
  const quota = `/v1/workspaces/${workspace.id}/quota`;
  const usual = (await send('GET', '/v1/workspace-usage')).json.quotaBytes;
  expect(await send('PATCH', quota, { quotaBytes: 2 ** 40 })).toMatchObject({ status: 403 });
  expect(await operate('PATCH', quota, { quotaBytes: 1_000 })).toMatchObject({
    status: 200,
    json: { workspaceId: workspace.id, quotaBytes: 1_000, isOwn: true },
  });
  expect((await send('GET', '/v1/workspace-usage')).json).toMatchObject({ quotaBytes: 1_000 });
  expect(await send('POST', '/v1/uploads', { name: 'a.bin', sizeBytes: 1_001 })).toMatchObject({
    status: 413,
    json: { code: 'QUOTA_EXCEEDED' },
  });
  const back = await operate('PATCH', quota, { quotaBytes: null });
  expect(back.json).toMatchObject({ quotaBytes: usual, isOwn: false });
  await eventually(async () => {
    const { data } = await workspace.owner.ask<{ auditLog: { nodes: readonly unknown[] } }>(
      '{ auditLog(where: { action: "files.quota.changed" }) { nodes { details } } }',
    );
    expect(data.auditLog.nodes).toMatchObject([
      { details: { workspaceId: workspace.id, quotaBytes: null } },
      { details: { workspaceId: workspace.id, quotaBytes: 1_000 } },
    ]);
  }, patient);
});
