import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BatchQuery } from '@tributary/engines/batch-engine';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { systemClock } from '@tributary/runtime';
import { median, report } from './report.ts';

/**
 * The report job of the demo over its 3 million flights, on DuckDB and on Spark: from the call to the last of its rows, the file on this machine's disk. `first`: the engine has just been opened.
 * `warm`: what follows two such reports, the median of three. Three runs of each engine, in turn, and of each the one in the middle.
 */
const root = new URL('../../../', import.meta.url);
const data = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data');
const query: BatchQuery = {
  sql: await readFile(new URL('workers/batch/monthly-delay-report/report.sql', root), 'utf8'),
  tables: [{ name: 'flights', format: 'PARQUET', files: [{ path: join(data, 'flights-3m.parquet') }] }],
};

interface Figures {
  readonly rows: number;
  readonly firstMs: number;
  readonly warmMs: number;
}

async function measured(url: string): Promise<Figures> {
  await using engine = await openBatchEngine(url, { clock: systemClock });
  let rows = 0;
  const once = async (): Promise<number> => {
    const startMs = performance.now();
    rows = 0;
    await using result = await engine.query(query, { maxRows: 100_000, maxBytes: 100_000_000 });
    for await (const page of result.pages()) rows += page.length;
    return performance.now() - startMs;
  };
  const firstMs = await once();
  await once();
  const warm = [await once(), await once(), await once()];
  return { rows, firstMs, warmMs: median(warm, (ms) => ms) };
}

// The engines' own children and timers keep no process alive.
const alive = setInterval(() => undefined, 60_000);
const spark = process.env['SPARK_URL'];
const engines = { DuckDB: 'embedded:', ...(spark === undefined ? {} : { Spark: spark }) };
const runs = new Map<string, Figures[]>();
for (let turn = 0; turn < 3; turn += 1)
  for (const [name, url] of Object.entries(engines))
    runs.set(name, [...(runs.get(name) ?? []), await measured(url)]);
const rows = Object.fromEntries(
  [...runs].map(([name, some]) => [name, median(some, ({ warmMs }) => warmMs)]),
);
if (new Set([...runs.values()].flat().map((figures) => figures.rows)).size > 1)
  throw new Error('The engines differ in how many rows the report has.');
const [here, elsewhere] = [rows['DuckDB'], rows['Spark']];
await report('batch-report', rows, {
  // 5 s are promised.
  'DuckDB, first ms': { is: here?.firstMs ?? Number.NaN, most: 5_000 },
  // A machine alone has to be worth having.
  ...(here === undefined || elsewhere === undefined
    ? {}
    : { 'DuckDB to Spark, warm': { is: here.warmMs / elsewhere.warmMs, most: 0.25 } }),
});
clearInterval(alive);
