import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { openRelational } from './open.ts';

const log = createLogger({ name: 'test', level: 'silent' });

test('data written before a stop is there after the next start', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-relational-'));
  {
    await using relational = await openRelational('embedded:', { dataDir, log });
    await relational.query('CREATE TABLE kept AS SELECT 7 AS n');
  }
  const startedMs = performance.now();
  {
    await using relational = await openRelational('embedded:', { dataDir, log });
    expect((await relational.query('SELECT n FROM kept')).rows).toEqual([{ n: 7 }]);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  }
  await rm(dataDir, { recursive: true, force: true });
});
