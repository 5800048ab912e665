import { applyMigrations } from '@tributary/prisma';
import { newId } from '@tributary/runtime';
import { migratedDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { idempotencyTable } from '../src/adapters/idempotency-table.ts';
import { editor } from './rest-harness.ts';

test('a key whose attempt ended without an answer is free at once, in whatever part of a millisecond that was', async () => {
  await using relational = await migratedDatabase(applyMigrations);
  const table = idempotencyTable(relational);
  for (let at = 0; at < 200; at += 1) {
    const request = { principal: editor, key: newId(), requestHash: 'a'.repeat(64) };
    const first = await table.claim(request);
    if (first.kind !== 'claimed') throw new Error('the key is new');
    await table.release(request, first);
    expect(await table.claim(request)).toMatchObject({ kind: 'claimed' });
  }
});

test('a second attempt is known as one, also within the millisecond of the first', async () => {
  await using relational = await migratedDatabase(applyMigrations);
  const request = { principal: editor, key: newId(), requestHash: 'a'.repeat(64) };
  // All of a transaction is at one moment.
  await relational.transaction(async (tx) => {
    const table = idempotencyTable(tx);
    const first = await table.claim(request);
    if (first.kind !== 'claimed') throw new Error('the key is new');
    expect(first.repeated).toBe(false);
    await table.release(request, first);
    expect(await table.claim(request)).toMatchObject({
      kind: 'claimed',
      repeated: true,
      firstAttemptMs: first.firstAttemptMs,
    });
  });
});
