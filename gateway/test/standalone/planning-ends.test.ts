import { expect, it, vi } from 'vitest';

// There is one planning process for all graphs of a process, and tests of other files in this worker hold graphs: this file has modules of its own.
vi.resetModules();
const { planningProcess } = await import('../../src/planning/planning-process.ts');
const { openShop } = await import('./shop.ts');

it('what was kept for planning goes with its supergraph, and the process that plans with the last gateway', async () => {
  await using stays = await openShop();
  const shop = await openShop();
  await shop.ask('{ products { name inStock } }');
  for (const host of ['localhost', '127.0.0.1', 'localhost'])
    await shop.gateway.replace(shop.supergraphSdl.replaceAll('127.0.0.1', host));
  await shop.ask('{ products { name shipping } }');
  await shop[Symbol.asyncDispose]();
  expect(planningProcess.pid).toBeDefined();
  expect((await stays.ask('{ products { name } }')).body.errors).toBeUndefined();
  await stays.gateway[Symbol.asyncDispose]();
  expect(planningProcess.pid).toBeUndefined();
});
