import { writeOutbox } from '@tributary/engines/outbox/relational';
import { eventually, rounds } from '@tributary/test-kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Change, changeOf, relayUnderTest, topic } from './relay-under-test.ts';

/** A writer's plan: which entities it changes, in which order, how many in one transaction, and whether it changes its mind. */
const plans = fc.array(
  fc.array(
    fc.record({ entities: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }), undone: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 8,
    },
  ),
  { minLength: 2, maxLength: 6 },
);

test('concurrent writers: the log has each committed change once, in the order in which its entity changed', async () => {
  await using system = await relayUnderTest();
  const { relational } = system;
  await relational.query(
    'CREATE TABLE entity (run int, id int, version int NOT NULL DEFAULT 0, PRIMARY KEY (run, id))',
  );
  await using _relay = system.relay();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(plans, async (writers) => {
      run += 1;
      await relational.query('INSERT INTO entity (run, id) SELECT $1, generate_series(0, 4)', [run]);
      const change = (entities: readonly number[], undone: boolean): Promise<void> =>
        relational.transaction(async (tx) => {
          // Sorted: two writers that take the same rows in other orders would be a deadlock of the test's own making.
          for (const id of [...entities].sort()) {
            const { rows } = await tx.query<{ version: number }>(
              'UPDATE entity SET version = version + 1 WHERE run = $1 AND id = $2 RETURNING version',
              [run, id],
            );
            await writeOutbox(tx, [{ topic, event: changeOf(`Run/${run}/${id}`, rows[0]?.version ?? 0) }]);
          }
          if (undone) throw new Error('undone');
        });
      await Promise.all(
        writers.map(async (steps) => {
          for (const { entities, undone } of steps)
            await change(entities, undone).catch((error: Error) => expect(error.message).toBe('undone'));
        }),
      );
      const { rows } = await relational.query<{ id: number; version: number }>(
        'SELECT id, version FROM entity WHERE run = $1',
        [run],
      );
      await eventually(async () => {
        expect(await system.source.pending(1)).toEqual([]);
        const logged = await system.logged();
        for (const { id, version } of rows) {
          const numbers = logged
            .filter(({ subject }) => subject === `Run/${run}/${id}`)
            .map(({ data }) => (data as Change).after.n);
          expect(numbers).toEqual(Array.from({ length: version }, (_, n) => n + 1));
        }
      });
    }),
    { numRuns: rounds(4, 12) },
  );
});
