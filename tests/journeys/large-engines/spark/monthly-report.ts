import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { systemClock as clock } from '@tributary/runtime';
import { eventually, type GraphCaller, type RunningProduct, startProduct } from '@tributary/test-kit';
import { expect, inject } from 'vitest';
import { newMember, newWorkspace } from '../../../security/newcomers.ts';
import { endedRun, enqueued, type ShownRun, shownRun } from '../../runs.ts';
import { vegaFile, vegaFolder } from '../../vega-files.ts';

/** A product on the engines of this run, and an editor in a workspace of it. */
export interface ProductOnSpark extends AsyncDisposable {
  readonly product: RunningProduct;
  readonly ask: GraphCaller;
}

/** `batchEngineUrl` where it is not Spark's own. */
export async function openOnSpark({
  batchEngineUrl,
}: {
  readonly batchEngineUrl?: string;
} = {}): Promise<ProductOnSpark> {
  const own = batchEngineUrl === undefined ? {} : { BATCH_ENGINE_URL: batchEngineUrl };
  const env = {
    ...inject('engines'),
    ...own,
    DEMO: 'off',
    LOG_LEVEL: 'error',
    REQUESTS_PER_MINUTE: '100000',
  };
  const product = await startProduct({ form: 'one', env });
  const { ask } = await newMember(product.url, await newWorkspace(product.url), 'EDITOR');
  return { product, ask, [Symbol.asyncDispose]: () => product[Symbol.asyncDispose]() };
}

/** Has the report of the three million flights made; answers the run once Spark works on it. */
export async function reportAtWork({ product, ask }: ProductOnSpark): Promise<string> {
  const flights = await uploadedFlights(product.url, ask);
  const run = await enqueued(ask, 'monthly-delay-report', { flights });
  await eventually(async () => expect(await jobsAtWork()).toBeGreaterThan(0), { timeoutMs: 120_000 });
  expect(await shownRun(ask, run)).toMatchObject({ state: 'RUNNING', attempt: 1 });
  return run;
}

/** Waits for the run's end: its second attempt made the whole report. */
export async function expectMadeAgain(run: string, under: ProductOnSpark): Promise<void> {
  const ended = await expectMadeWhole(run, under);
  expect(ended.attempt).toBe(2);
}

/** Waits for the run's end: it made the report that DuckDB makes of the same file. */
export async function expectMadeWhole(run: string, { product, ask }: ProductOnSpark): Promise<ShownRun> {
  const ended = await endedRun(ask, run);
  expect(ended).toMatchObject({ state: 'SUCCEEDED', error: null });
  const [, ...lines] = await reportIn(ended.output?.file, { url: product.url, ask });
  expect(lines).toEqual(await reportOfDuckDb());
  return ended;
}

/** Uploads the three million flights; answers the file's id. */
export async function uploadedFlights(url: string, ask: GraphCaller): Promise<string> {
  const { name, bytes } = await vegaFile('flights-3m.parquet');
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)]), name);
  const headers = { authorization: ask.authorization ?? '' };
  const kept = await fetch(`${url}/files/form`, { method: 'POST', headers, body: form });
  expect(kept.status).toBe(201);
  const { files } = (await kept.json()) as { files: { id: string }[] };
  return files[0]?.id ?? '';
}

/** A report as its file has it: the heading, then the lines. */
export async function reportIn(
  file: string | undefined,
  { url, ask }: { readonly url: string; readonly ask: GraphCaller },
): Promise<readonly string[]> {
  // Asked again where a busy machine took longer than a request may.
  const downloadUrl = await eventually(
    async () => {
      const { data, errors } = await ask<{ file: { downloadUrl: string } }>(
        'query ($id: ID!) { file(id: $id) { downloadUrl } }',
        { id: file },
      );
      expect(errors).toEqual([]);
      return data.file.downloadUrl;
    },
    { timeoutMs: 60_000 },
  );
  const text = await (await fetch(new URL(downloadUrl, url))).text();
  return text.trim().split('\r\n');
}

/** The lines of the report by DuckDB, which reads the file where it lies. */
export async function reportOfDuckDb(): Promise<readonly string[]> {
  const root = join(import.meta.dirname, '../../../..');
  const sql = await readFile(join(root, 'workers/batch/monthly-delay-report/report.sql'), 'utf8');
  const files = [{ path: join(vegaFolder, 'flights-3m.parquet') }];
  await using duck = await openBatchEngine('embedded:', { clock });
  const tables = [{ name: 'flights', format: 'PARQUET' as const, files }];
  await using found = await duck.query({ sql, tables }, { maxRows: 100_000, maxBytes: 50_000_000 });
  const lines: string[] = [];
  for await (const page of found.pages())
    for (const [month, origin, ...numbers] of page)
      lines.push([month, JSON.stringify(origin), ...numbers].join(','));
  return lines;
}

/** As Spark's own monitoring has it. */
export async function jobsAtWork(): Promise<number> {
  const applications = `${inject('engines')['SPARK_UI_URL']}/api/v1/applications`;
  const [application] = (await (await fetch(applications)).json()) as readonly { readonly id: string }[];
  const answer = await fetch(`${applications}/${application?.id}/jobs?status=running`);
  return ((await answer.json()) as readonly unknown[]).length;
}
