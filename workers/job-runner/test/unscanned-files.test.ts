import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineJob, type RunGraph } from '@tributary/job-runner';
import { eventually } from '@tributary/test-kit';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { importDataset } from '../src/import-dataset/import-dataset.ts';
import { openJobs } from './open-runner.ts';

vi.setConfig({ testTimeout: 60_000 });

const countRows = defineJob({
  name: 'count-rows',
  description: 'Counts the rows of a file.',
  input: z.strictObject({ file: z.string() }),
  run: async ({ input, sql }) => {
    const tables = [{ name: 'given', file: input.file }];
    const { pages } = await sql.rows({ sql: 'SELECT count(*) FROM given', tables });
    const rows = [];
    for await (const page of pages) rows.push(...page);
    return rows;
  },
});

const text = 'name\nATL\nORD\n';
const unserved = { state: 'PENDING', trashedAt: null as string | null, downloadUrl: null as string | null };
let served = { ...unserved };
const graph: RunGraph = async (_run, { query }) =>
  /file\(id/.test(query)
    ? {
        data: {
          file: { name: 'given.csv', sizeBytes: text.length, sha256: 'a'.repeat(64), ...served },
        },
      }
    : { data: null };

const gateway = createServer((_request, response) => response.end(text));
let open: Awaited<ReturnType<typeof openJobs>>;
beforeAll(async () => {
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
  const gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  open = await openJobs({ gatewayUrl, call: () => Promise.reject(new Error('no door is needed')) });
  const describe = async () => ({ mutation: 'createAirports', fields: [] });
  await open.start([countRows, importDataset], { gatewayUrl }, { graph, describe });
});
afterAll(async () => {
  await open[Symbol.asyncDispose]();
  gateway.closeAllConnections();
  gateway.close();
});
beforeEach(() => {
  served = { ...unserved };
});

const oneAttempt = { retry: { maxAttempts: 1, backoffMs: 1, backoffMaxMs: 1 } };
const importInput = () => ({ file: randomUUID(), model: 'Airport' });
const waiting = {
  state: 'DELAYED',
  attempt: 0,
  errorCode: 'FILE_NOT_SERVED',
  errorMessage: 'The file waits for its scan; the run goes on when that is done.',
};

test('a run over a file that is not scanned yet waits in its queue, says why, keeps its attempts, and goes on when it is', async () => {
  const id = await open.enqueue('count-rows', { file: randomUUID() }, oneAttempt);
  await eventually(async () => expect(await open.run(id)).toMatchObject(waiting));
  served = { state: 'AVAILABLE', trashedAt: null, downloadUrl: '/files/d/x' };
  expect(await open.ended(id, 'SUCCEEDED', 30_000)).toMatchObject({
    output: [[2]],
    attempt: 1,
    errorCode: null,
  });
});

test('an import, in a process of its own, waits as well, and ends at once when something is found in its file', async () => {
  const id = await open.enqueue('import-dataset', importInput(), oneAttempt);
  await eventually(async () => expect(await open.run(id)).toMatchObject(waiting), { timeoutMs: 30_000 });
  served = { ...unserved, state: 'QUARANTINED' };
  expect(await open.ended(id, 'FAILED', 30_000)).toMatchObject({
    attempt: 1,
    errorCode: 'STATE_CONFLICT',
    errorMessage: 'The file is not served: something was found in it, or nothing has looked into it.',
  });
});

test('a file in the trash is waited for by nobody', async () => {
  served = { ...unserved, trashedAt: '2001-01-01T00:00:00.000Z' };
  const retry = { maxAttempts: 3, backoffMs: 1, backoffMaxMs: 1 };
  const id = await open.enqueue('count-rows', { file: randomUUID() }, { retry });
  expect(await open.ended(id, 'FAILED', 30_000)).toMatchObject({
    attempt: 1,
    errorCode: 'FILE_NOT_SERVED',
    errorMessage: 'The file is in the trash; restore it, then run the job again.',
  });
});
