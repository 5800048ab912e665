import { freshDatabase } from '@tributary/test-kit';
import { test } from 'vitest';
import type { Sql } from '../relational/port.ts';
import { createStreamSchema } from './embedded-schema.ts';

test('a process that starts waits for no pipeline that stores what it has counted', async () => {
  await using database = await freshDatabase();
  await createStreamSchema(database, 'log');
  const count = async (tx: Sql): Promise<void> => {
    await tx.query(`INSERT INTO stream.pipeline (name, fingerprint) VALUES ('p', '')`);
    await tx.query(`INSERT INTO stream.window_group (pipeline_id, group_id, workspace_id, grouping_no, key)
      SELECT pipeline_id, 1, gen_random_uuid(), 0, '[]' FROM stream.pipeline`);
    await tx.query(`INSERT INTO stream.cell (pipeline_id, group_id, window_no, start_ms, end_ms, row_count, measures)
      SELECT pipeline_id, 1, 0, 0, 1, 1, '{}' FROM stream.pipeline`);
  };
  await database.transaction(async (tx) => {
    await count(tx);
    await createStreamSchema(database, 'log');
  });
});
