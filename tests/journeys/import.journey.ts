import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { eventually, type GraphCaller, graphCaller, startProduct, subscribing } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { newMember, newWorkspace } from '../security/newcomers.ts';
import { freshFolder } from './start-attempt.ts';

vi.setConfig({ testTimeout: 180_000 });

const data = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');

interface ShownRun {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly output: { readonly rows: number; readonly created: number; readonly refused: number } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly progress: { readonly done: number };
}

const runFields = 'id state attempt output error { code message } progress { done }';

async function upload(url: string, ask: GraphCaller, name: string): Promise<string> {
  const bytes = await readFile(join(data, name));
  const { data: made } = await ask<{
    createUpload: { id: string; url: string; headers: { name: string; value: string }[] };
  }>(
    `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
      ... on UploadCreated { id url headers { name value } } } }`,
    { input: { name, sizeBytes: bytes.byteLength } },
  );
  const { id, url: target, headers } = made.createUpload;
  const put = await fetch(new URL(target, url), {
    method: 'PUT',
    headers: Object.fromEntries(headers.map((header) => [header.name, header.value])),
    body: bytes,
  });
  expect(put.status).toBeLessThan(300);
  const { data: done } = await ask<{ completeUpload: { file: { id: string } } }>(
    `mutation ($id: ID!) { completeUpload(id: $id) { ... on UploadCompleted { file { id } } } }`,
    { id },
  );
  return done.completeUpload.file.id;
}

async function importing(ask: GraphCaller, input: object): Promise<string> {
  const { data: answer, errors } = await ask<{ enqueueJob: { run: { id: string } } }>(
    'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }',
    { input: { job: 'import-dataset', input } },
  );
  expect(errors).toEqual([]);
  return answer.enqueueJob.run.id;
}

async function run(ask: GraphCaller, id: string): Promise<ShownRun> {
  const { data: answer } = await ask<{ run: ShownRun }>(
    `query ($id: ID!) { run(id: $id) { ${runFields} } }`,
    { id },
  );
  return answer.run;
}

const ended = (ask: GraphCaller, id: string): Promise<ShownRun> =>
  eventually(
    async () => {
      const shown = await run(ask, id);
      expect(['SUCCEEDED', 'FAILED', 'CANCELLED']).toContain(shown.state);
      return shown;
    },
    { timeoutMs: 90_000 },
  );

test('an editor imports real airports and flights, the product is killed half-way, and every row is there once', async () => {
  const dataDir = await freshFolder();
  const killed = await startProduct({ form: 'one', dataDir, env: { DEMO: 'off' } });
  const workspace = await newWorkspace(killed.url);
  const editor = await newMember(killed.url, workspace, 'EDITOR');
  const viewer = await newMember(killed.url, workspace, 'VIEWER');

  const airports = await upload(killed.url, editor.ask, 'airports.csv');
  const refused = await ended(
    editor.ask,
    await importing(editor.ask, { file: airports, model: 'Airport', mapping: { iata: 'code' } }),
  );
  expect(refused).toMatchObject({ state: 'FAILED', attempt: 1, error: { code: 'BAD_USER_INPUT' } });
  expect(refused.error?.message).toContain('no column code');

  await using watching = await subscribing<{ runChanged: { type: string; state: string } }>(killed.url, {
    query: 'subscription { runChanged(where: { job: { eq: "import-dataset" } }) { type state } }',
    authorization: viewer.ask.authorization,
  });
  const first = await importing(editor.ask, { file: airports, model: 'Airport' });
  expect(await ended(viewer.ask, first)).toMatchObject({
    state: 'SUCCEEDED',
    output: { rows: 3_376, created: 3_376, refused: 0 },
  });
  await watching.first(({ runChanged }) => runChanged.type === 'jobs.run.progressed');
  await watching.first(({ runChanged }) => runChanged.state === 'SUCCEEDED');
  expect((await viewer.ask('mutation { cancelRun(id: "x") { id } }')).errors[0]?.extensions['code']).toBe(
    'FORBIDDEN',
  );

  const flights = await upload(killed.url, editor.ask, 'flights-20k.json');
  const mapping = {
    origin: 'origin',
    destination: 'destination',
    scheduledAt: 'date',
    delayMinutes: 'delay',
    distanceMiles: 'distance',
  };
  const second = await importing(editor.ask, { file: flights, model: 'Flight', mapping });
  await eventually(async () => expect((await run(viewer.ask, second)).progress.done).toBeGreaterThan(2_000), {
    timeoutMs: 60_000,
  });
  await killed.kill9();

  await using restarted = await startProduct({ form: 'one', dataDir, env: { DEMO: 'off' } });
  const ask = graphCaller(restarted.url, viewer.ask.authorization);
  const done = await ended(ask, second);
  expect(done).toMatchObject({ state: 'SUCCEEDED', output: { rows: 20_000, created: 20_000, refused: 0 } });
  expect(done.attempt).toBeGreaterThan(1);
  const { data: counted } = await ask<Record<'airports' | 'flights', { totalCount: number }>>(
    '{ airports(first: 1) { totalCount } flights(first: 1) { totalCount } }',
  );
  expect(counted).toEqual({ airports: { totalCount: 3_376 }, flights: { totalCount: 20_000 } });
});
