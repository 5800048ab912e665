import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { eventually, type GraphCaller, startProduct } from '@tributary/test-kit';
import { newWorkspace } from '../security/newcomers.ts';
import { median, report } from './report.ts';

/**
 * What batch work takes from the start of its run to its end, with the whole product in one process: flights from CSV to records with their
 * events, and the monthly report over three million flights, its file and its metric.
 */
const data = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');
const rowCount = Number(process.argv[3] ?? 100_000);

interface Ended {
  readonly state: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly error: unknown;
}

await using product = await startProduct({
  form: 'one',
  env: { DEMO: 'off', REQUESTS_PER_MINUTE: '100000' },
});
const { ask } = (await newWorkspace(product.url)).owner;

const airports = await upload('airports.csv', await readFile(join(data, 'airports.csv')));
await seconds('import-dataset', { file: airports, model: 'Airport' });
const flights = await upload('flights.csv', await flightsCsv(rowCount));
const mapping = {
  origin: 'origin',
  destination: 'destination',
  scheduledAt: 'date',
  delayMinutes: 'delay',
  distanceMiles: 'distance',
};
const importSeconds = await seconds('import-dataset', { file: flights, model: 'Flight', mapping });
const parquet = await upload('flights-3m.parquet', await readFile(join(data, 'flights-3m.parquet')));
const reports: { readonly seconds: number }[] = [];
for (let run = 0; run < 3; run += 1)
  reports.push({ seconds: await seconds('monthly-delay-report', { flights: parquet }) });

await report('datasets', {
  [`import of ${rowCount} flights`]: { seconds: importSeconds, rowsPerSecond: rowCount / importSeconds },
  'report over 3,000,000 flights': median(reports, (run) => run.seconds),
});

async function upload(name: string, bytes: Uint8Array): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([Buffer.from(bytes)]), name);
  const headers = { authorization: ask.authorization ?? '' };
  const answer = await fetch(`${product.url}/files/form`, { method: 'POST', headers, body: form });
  const { files } = (await answer.json()) as { files: { id: string }[] };
  return files[0]?.id ?? '';
}

async function seconds(job: string, input: object): Promise<number> {
  const enqueue = 'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }';
  const { data: made } = await ask<{ enqueueJob: { run: { id: string } } }>(enqueue, {
    input: { job, input },
  });
  const { startedAt, finishedAt } = await endOf(ask, made.enqueueJob.run.id);
  return (Date.parse(finishedAt ?? '') - Date.parse(startedAt)) / 1_000;
}

function endOf(caller: GraphCaller, id: string): Promise<Ended> {
  const query = 'query ($id: ID!) { run(id: $id) { state startedAt finishedAt error { code message } } }';
  return eventually(
    async () => {
      const { data: answer } = await caller<{ run: Ended }>(query, { id });
      if (answer.run.state !== 'SUCCEEDED') throw new Error(JSON.stringify(answer.run));
      return answer.run;
    },
    { timeoutMs: 300_000 },
  );
}

/** The real twenty thousand, over and over. */
async function flightsCsv(rows: number): Promise<Buffer> {
  const real = JSON.parse(await readFile(join(data, 'flights-20k.json'), 'utf8')) as readonly Readonly<
    Record<string, unknown>
  >[];
  const lines = Array.from({ length: rows }, (_, at) => {
    const { date, delay, distance, origin, destination } = real[at % real.length] ?? {};
    return [date, delay, distance, origin, destination].join(',');
  });
  return Buffer.from(`date,delay,distance,origin,destination\n${lines.join('\n')}\n`);
}
