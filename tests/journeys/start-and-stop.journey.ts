import { chown } from 'node:fs/promises';
import { graphCaller, startProduct } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { expectOrderlyEnd } from './orderly-end.ts';
import { freshFolder } from './start-attempt.ts';

vi.setConfig({ testTimeout: 240_000 });

const isRoot = process.getuid?.() === 0;

// In the split form: observability.journey.ts, at the end of the one it starts.
test('Ctrl-C ends the product with 0: sockets are told, and no process is left', async () => {
  const product = await startProduct({
    form: 'one',
    dataDir: await freshFolder(),
    env: { DEMO: 'off' },
  });
  // PostgreSQL and its workers at least.
  await expectOrderlyEnd(product, 4);
});

test.skipIf(!isRoot)('an ordinary user runs it as that user (needs a run as root)', async () => {
  const nobody = { uid: 65_534, gid: 65_534 };
  const dataDir = await freshFolder();
  await chown(dataDir, nobody.uid, nobody.gid);
  await using product = await startProduct({ form: 'one', dataDir, user: nobody, env: { DEMO: 'off' } });
  expect((await graphCaller(product.url)('{ __typename }')).data).toEqual({ __typename: 'Query' });
  expect(await product.stop()).toBe(0);
});
