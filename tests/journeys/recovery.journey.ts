import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  descendantsOf,
  eventually,
  graphCaller,
  type RunningProduct,
  runningProcesses,
  startProduct,
} from '@tributary/test-kit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { expectCompletes, type InterruptedUpload, killHalfWay } from './interrupted-upload.ts';

vi.setConfig({ testTimeout: 240_000 });

const createAirport = `mutation ($input: AirportInput!) { createAirport(input: $input) { id } }`;
const airport = { iata: 'RCV', name: 'Recovered', country: 'USA', latitude: 1, longitude: 2 };
const kept = `{ airports(first: 5) { nodes { iata name } } viewer { id } }`;

// In one process, together with its database: files.journey.ts.

/** One data folder and its second product, which each test takes over as the one before left it. */
describe('the split form', () => {
  let dataDir = '';
  let upload: InterruptedUpload;
  let product: RunningProduct;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'recovery-'));
  });
  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('when the process that holds it is killed, in the middle of an upload, its parts end by themselves', async () => {
    const killed = await startProduct({ form: 'split', dataDir, env: { DEMO: 'off' } });
    const parts = runningProcesses().filter(
      ({ parentPid, command }) => parentPid === killed.pid && command.includes('dist/main.js'),
    );
    // Six subgraphs, the gateway, the relay and the job runner.
    expect(parts).toHaveLength(9);
    upload = await killHalfWay(killed);
    await eventually(
      () => {
        const running = new Set(runningProcesses().map(({ pid }) => pid));
        expect(parts.filter(({ pid }) => running.has(pid))).toEqual([]);
      },
      { timeoutMs: 20_000 },
    );
  });

  test('after that kill it starts again, the upload goes on, and the file comes back bit by bit the same', async () => {
    product = await startProduct({ form: 'split', dataDir, env: { DEMO: 'off' } });
    await expectCompletes(product.url, upload);
  });

  test('a subgraph that is killed costs its own fields until it runs again, and nothing else', async () => {
    const { owner } = await newWorkspace(product.url);
    await owner.ask(createAirport, { input: airport });
    const ask = graphCaller(product.url, owner.ask.authorization);
    killIfRunning(partOf(product.pid, 'subgraphs/data'));
    const { data } = await ask('{ viewer { id } }');
    expect(data).toEqual({ viewer: { id: owner.userId } });
    await eventually(
      async () => {
        const { data: again, errors } = await ask(kept);
        expect(errors).toEqual([]);
        expect(again).toMatchObject({ airports: { nodes: [{ iata: 'RCV' }] } });
      },
      { timeoutMs: 40_000 },
    );
  });

  test('when a part dies again and again, the others stop in order, one sentence names it, and the exit code says so', async () => {
    const parts = descendantsOf(product.pid);
    await eventually(
      () => {
        const relay = findPart(product.pid, 'outbox-relay');
        if (relay !== undefined) killIfRunning(relay);
        const running = new Set(runningProcesses().map(({ pid }) => pid));
        expect([product.pid, ...parts].filter((pid) => running.has(pid))).toEqual([]);
      },
      { timeoutMs: 60_000 },
    );
    expect(product.output()).toMatch(/^The process of outbox-relay ended 6 times within 60 s, /m);
    expect(await product.stop()).toBe(1);
  });
});

function findPart(parent: number, entry: string): number | undefined {
  return runningProcesses().find(({ parentPid, command }) => parentPid === parent && command.includes(entry))
    ?.pid;
}

function partOf(parent: number, entry: string): number {
  const pid = findPart(parent, entry);
  if (pid === undefined) throw new Error(`there is no ${entry} to kill`);
  return pid;
}

function killIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended with its parent.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
