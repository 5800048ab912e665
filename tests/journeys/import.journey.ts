import { eventually, type GraphCaller, graphCaller, startProduct, subscribing } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { newMember, newWorkspace } from '../security/newcomers.ts';
import { endedRun, enqueued, shownRun } from './runs.ts';
import { freshFolder } from './start-attempt.ts';
import { vegaFile } from './vega-files.ts';

vi.setConfig({ testTimeout: 240_000 });

async function upload(
  url: string,
  ask: GraphCaller,
  { name, bytes }: { readonly name: string; readonly bytes: Buffer },
): Promise<string> {
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
    body: new Uint8Array(bytes),
  });
  expect(put.status).toBeLessThan(300);
  const { data: done } = await ask<{ completeUpload: { file: { id: string } } }>(
    `mutation ($id: ID!) { completeUpload(id: $id) { ... on UploadCompleted { file { id } } } }`,
    { id },
  );
  return done.completeUpload.file.id;
}

const parquetRows = 12_000;

/** Flights of nobody, as the product itself writes them: more than are imported while a test looks. */
async function parquetOfFlights(ask: GraphCaller): Promise<string> {
  const sql = `SELECT 'P' || CAST(x AS VARCHAR) AS "flightKey", 'DTW' AS origin, 'LAS' AS destination, '2001-01-01T00:47:00Z' AS "scheduledAt",
    x % 100 AS "delayMinutes", 10 AS "distanceMiles" FROM range(${parquetRows}) AS t(x)`;
  const { output } = await endedRun(ask, await enqueued(ask, 'export-query', { sql, format: 'PARQUET' }));
  if (output?.file === undefined) throw new Error('the flights were not written');
  return output.file;
}

const madeMoreThan = (ask: GraphCaller, run: string, rows: number): Promise<void> =>
  eventually(async () => expect((await shownRun(ask, run)).progress.done).toBeGreaterThan(rows), {
    timeoutMs: 60_000,
  });

const importing = (ask: GraphCaller, input: object) => enqueued(ask, 'import-dataset', input);

test('an editor imports real airports and flights, the product is killed half-way through JSON and Parquet, and every row is there once', async () => {
  const dataDir = await freshFolder();
  const killed = await startProduct({ form: 'one', dataDir, env: { DEMO: 'off' } });
  const workspace = await newWorkspace(killed.url);
  const editor = await newMember(killed.url, workspace, 'EDITOR');
  const viewer = await newMember(killed.url, workspace, 'VIEWER');

  const airports = await upload(killed.url, editor.ask, await vegaFile('airports.csv'));
  const refused = await endedRun(
    editor.ask,
    await importing(editor.ask, { file: airports, model: 'Airport', mapping: { iata: 'code' } }),
  );
  expect(refused).toMatchObject({ state: 'FAILED', attempt: 1, error: { code: 'BAD_USER_INPUT' } });
  expect(refused.error?.message).toContain('no column code');
  const nothing = await upload(killed.url, editor.ask, { name: 'none.csv', bytes: Buffer.alloc(0) });
  const ofNothing = { file: nothing, model: 'Airport', mapping: { iata: 'iata' } };
  const empty = await endedRun(editor.ask, await importing(editor.ask, ofNothing));
  expect(empty).toMatchObject({ state: 'FAILED', attempt: 1, error: { code: 'BAD_USER_INPUT' } });
  expect(empty.error?.message).toContain('no column iata');

  await using watching = await subscribing<{ runChanged: { type: string; state: string } }>(killed.url, {
    query: 'subscription { runChanged(where: { job: { eq: "import-dataset" } }) { type state } }',
    authorization: viewer.ask.authorization,
  });
  const first = await importing(editor.ask, { file: airports, model: 'Airport' });
  expect(await endedRun(viewer.ask, first)).toMatchObject({
    state: 'SUCCEEDED',
    output: { rows: 3_376, created: 3_376, refused: 0 },
  });
  await watching.first(({ runChanged }) => runChanged.type === 'jobs.run.progressed');
  await watching.first(({ runChanged }) => runChanged.state === 'SUCCEEDED');
  expect((await viewer.ask('mutation { cancelRun(id: "x") { id } }')).errors[0]?.extensions['code']).toBe(
    'FORBIDDEN',
  );

  const faulty = Buffer.from(
    'iata,name,country,latitude,longitude\nQQ1,Good,USA,1,2\nQQ2,Bad,USA,north,2\nQQ3,Beyond,USA,91,2\n',
  );
  const partly = await endedRun(
    editor.ask,
    await importing(editor.ask, {
      file: await upload(killed.url, editor.ask, { name: 'faulty.csv', bytes: faulty }),
      model: 'Airport',
    }),
  );
  expect(partly.output).toMatchObject({ rows: 3, created: 1, refused: 2 });
  const { data: kept } = await viewer.ask<{ file: { downloadUrl: string } }>(
    'query ($id: ID!) { file(id: $id) { downloadUrl } }',
    { id: partly.output?.errorFile },
  );
  const errors = await (await fetch(new URL(kept.file.downloadUrl, killed.url))).text();
  expect(errors).toMatch(
    /^row,code,message\r\n2,BAD_USER_INPUT,"latitude is no number\."\r\n3,BAD_USER_INPUT,/,
  );

  const flights = await upload(killed.url, editor.ask, await vegaFile('flights-10k.json'));
  const mapping = {
    origin: 'origin',
    destination: 'destination',
    scheduledAt: 'date',
    delayMinutes: 'delay',
    distanceMiles: 'distance',
  };
  const misspelt = { file: flights, model: 'Flight', mapping: { ...mapping, delayMinutes: 'delays' } };
  const notMet = await endedRun(editor.ask, await importing(editor.ask, misspelt));
  expect(notMet).toMatchObject({ state: 'FAILED', attempt: 1, error: { code: 'BAD_USER_INPUT' } });
  expect(notMet.error?.message).toMatch(/no column delays for delayMinutes.*columns date, delay, distance/);
  const parquet = await parquetOfFlights(editor.ask);
  const third = await importing(editor.ask, { file: parquet, model: 'Flight', format: 'parquet' });
  await madeMoreThan(viewer.ask, third, 1_000);
  const second = await importing(editor.ask, { file: flights, model: 'Flight', mapping });
  await madeMoreThan(viewer.ask, second, 1_000);
  await killed.kill9();

  await using restarted = await startProduct({ form: 'one', dataDir, env: { DEMO: 'off' } });
  const ask = graphCaller(restarted.url, viewer.ask.authorization);
  const done = await endedRun(ask, second);
  expect(done).toMatchObject({ state: 'SUCCEEDED', output: { rows: 10_000, created: 10_000, refused: 0 } });
  expect(done.attempt).toBeGreaterThan(1);
  expect(await endedRun(ask, third)).toMatchObject({
    state: 'SUCCEEDED',
    output: { rows: parquetRows, created: parquetRows, refused: 0 },
  });
  const overRest = await fetch(`${restarted.url}/v1/runs/${second}`, {
    headers: { authorization: viewer.ask.authorization ?? '' },
  });
  expect(await overRest.json()).toMatchObject({ id: second, jobName: 'import-dataset', state: 'SUCCEEDED' });
  const { data: counted } = await ask<Record<'airports' | 'flights', { totalCount: number }>>(
    '{ airports(first: 1) { totalCount } flights(first: 1) { totalCount } }',
  );
  expect(counted).toEqual({ airports: { totalCount: 3_377 }, flights: { totalCount: 10_000 + parquetRows } });
});
