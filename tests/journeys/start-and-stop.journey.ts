import { chown } from 'node:fs/promises';
import { descendantsOf, graphCaller, runningProcesses, startProduct, subscribing } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { freshFolder } from './start-attempt.ts';

vi.setConfig({ testTimeout: 240_000 });

const isRoot = process.getuid?.() === 0;

test.each(['one', 'split'] as const)(
  'Ctrl-C ends the product (%s) with 0: sockets are told, and no process is left',
  async (form) => {
    const dataDir = await freshFolder();
    const product = await startProduct({ form, dataDir, env: { DEMO: 'off' } });
    const query = 'subscription { airportChanged { __typename } }';
    await using subscriber = await subscribing(product.url, { query });
    const children = descendantsOf(product.pid);
    // PostgreSQL and its workers at least; a process for each part where they are split.
    expect(children.length).toBeGreaterThan(form === 'split' ? 9 : 4);
    expect(await product.stop()).toBe(0);
    const running = new Set(runningProcesses().map(({ pid }) => pid));
    expect(children.filter((pid) => running.has(pid))).toEqual([]);
    const closed = subscriber.troubles.map((trouble) => (trouble as CloseEvent).code);
    expect(new Set(closed)).toEqual(new Set([1001]));
  },
);

test.skipIf(!isRoot)('an ordinary user runs it as that user (needs a run as root)', async () => {
  const nobody = { uid: 65_534, gid: 65_534 };
  const dataDir = await freshFolder();
  await chown(dataDir, nobody.uid, nobody.gid);
  await using product = await startProduct({ form: 'one', dataDir, user: nobody, env: { DEMO: 'off' } });
  expect((await graphCaller(product.url)('{ __typename }')).data).toEqual({ __typename: 'Query' });
  expect(await product.stop()).toBe(0);
});
