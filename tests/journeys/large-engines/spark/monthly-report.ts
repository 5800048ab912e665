import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBatchEngine } from '@tributary/engines/batch-engine/open';
import { systemClock as clock } from '@tributary/runtime';
import { eventually, type GraphCaller } from '@tributary/test-kit';
import { expect, inject } from 'vitest';
import { vegaFile, vegaFolder } from '../../vega-files.ts';

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
