import { type Relational, type Sql, wholeTableLimitMs } from './port.ts';

/**
 * A transaction that makes what is missing of a schema, beside no other of the same `key`: processes that start at once do it one after the
 * other. Who comes second waits for as long as the first may take. What others hold besides is waited for no longer than usual.
 */
export function changeSchema<Result>(
  relational: Relational,
  key: number,
  work: (tx: Sql) => Promise<Result>,
): Promise<Result> {
  return relational.transaction(
    async (tx) => {
      await tx.query(`SET LOCAL lock_timeout = ${wholeTableLimitMs}`);
      await tx.query('SELECT pg_advisory_xact_lock($1)', [key]);
      await tx.query('SET LOCAL lock_timeout TO DEFAULT');
      return work(tx);
    },
    { statementLimitMs: wholeTableLimitMs },
  );
}
