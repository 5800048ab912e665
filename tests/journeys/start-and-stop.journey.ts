import { chown } from 'node:fs/promises';
import { graphCaller, startProduct } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { expectOrderlyEnd } from './orderly-end.ts';
import { freshFolder } from './start-attempt.ts';

vi.setConfig({ testTimeout: 240_000 });

const isRoot = process.getuid?.() === 0;

// In the split form: observability.journey.ts, at the end of the one it starts.
test('an ordinary user runs it, also where root has started this, and Ctrl-C ends it with 0: sockets are told, and no process is left', async () => {
  const nobody = { uid: 65_534, gid: 65_534 };
  const dataDir = await freshFolder();
  if (isRoot) await chown(dataDir, nobody.uid, nobody.gid);
  const user = isRoot ? { user: nobody } : {};
  await using product = await startProduct({ form: 'one', dataDir, env: { DEMO: 'off' }, ...user });
  expect((await graphCaller(product.url)('{ __typename }')).data).toEqual({ __typename: 'Query' });
  // PostgreSQL and its workers at least.
  await expectOrderlyEnd(product, 4);
});
