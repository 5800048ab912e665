import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { newApiKey, type Workspace } from '../security/newcomers.ts';
import { vegaFolder } from './vega-files.ts';

/** Has a partner with a key of the workspace go through the main job in `partner.sh`, and looks at what came back. */
export async function expectPartnerDoesTheSame(url: string, workspace: Workspace): Promise<void> {
  const scopes = ['data', 'files', 'jobs', 'analytics'].flatMap((area) => [`${area}:read`, `${area}:write`]);
  const { authorization } = await newApiKey(workspace, 'EDITOR', scopes);
  const script = fileURLToPath(new URL('partner.sh', import.meta.url));
  const { stdout } = await promisify(execFile)('bash', [script], {
    env: {
      ...process.env,
      URL: url,
      AUTHORIZATION: authorization,
      FLIGHTS: join(vegaFolder, 'flights-3m.parquet'),
    },
    timeout: 90_000,
  });
  const said = JSON.parse(stdout) as Record<string, unknown>;
  expect(said).toMatchObject({
    run: { jobName: 'import-dataset', state: 'SUCCEEDED', output: { rows: 2, created: 1, refused: 1 } },
    airport: [{ iata: 'ZZ9', name: 'Partner Field', importRun: { id: (said['run'] as { id: string }).id } }],
    log: expect.arrayContaining([expect.objectContaining({ level: 'WARN' })]),
    errors: [{ contentType: 'text/csv', name: expect.stringContaining('errors of import') }],
    metric: { window: 'DAY', series: [{ points: expect.any(Array) }] },
    prediction: { predictions: [{ outputs: { variable: expect.any(Number) }, error: null }] },
    bytes: 'iata,name,country,latitude,longitude',
    trashed: 204,
    refused: { status: 404 },
    restored: { trashedAt: null },
    // 28: what curl ends with when its time is over.
    upload: { broken: 28, file: { sizeBytes: 13_493_022 } },
    cancelled: { state: 'CANCELLED', attempt: 1, output: null },
    report: { state: 'SUCCEEDED', output: { rows: 1_341 } },
    table: { lines: 1_342, chicago: '2001-01-01,ORD,27692,4.96,40,0.2284,118' },
  });
  const { offset } = said['upload'] as { offset: number };
  expect(offset).toBeGreaterThan(0);
  expect(offset).toBeLessThan(13_493_022);
}
