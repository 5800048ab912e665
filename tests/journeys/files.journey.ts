import { startProduct } from '@tributary/test-kit';
import { test } from 'vitest';
import { expectCompletes, killHalfWay } from './interrupted-upload.ts';
import { freshFolder } from './start-attempt.ts';

// The same in the split form: recovery.journey.ts, which kills that anyway.
test('airports.csv is uploaded, cut, outlives a kill -9 of the product, and comes back bit by bit the same', async () => {
  const dataDir = await freshFolder();
  const upload = await killHalfWay(await startProduct({ form: 'one', dataDir, env: { DEMO: 'off' } }));
  await using product = await startProduct({ form: 'one', dataDir, env: { DEMO: 'off' } });
  await expectCompletes(product.url, upload);
}, 240_000);
