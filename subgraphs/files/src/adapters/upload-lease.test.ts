import type { Sql } from '@tributary/engines/relational';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { takeLease } from './upload-lease.ts';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A database that gives the lease, and renews it while it is there. */
function databaseThat(isThere: () => boolean): Sql {
  const query = async (_text: string, _values?: readonly unknown[], name?: string) => {
    if (name === 'files-renew-lease' && !isThere()) throw new Error('the database is away');
    const rows = [{ taken: true, wanted: false }];
    return { rows, rowCount: 1 };
  };
  return { query } as unknown as Sql;
}

test('a lease is lost no later than it ends in the database, and not while it is renewed', async () => {
  let isThere = true;
  await using lease = await takeLease(
    databaseThat(() => isThere),
    'id',
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lease?.lost.aborted).toBe(false);
  isThere = false;
  await vi.advanceTimersByTimeAsync(5_900);
  expect(lease?.lost.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(2_100);
  expect(lease?.lost.reason).toMatchObject({ code: 'STATE_CONFLICT' });
});
