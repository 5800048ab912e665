import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';

test('a fresh database is empty, answers, and is gone afterwards', async () => {
  await using database = await freshDatabase();
  const { rows } = await database.query<{ count: string }>(
    `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`,
  );
  expect(rows).toEqual([{ count: '0' }]);
});
