import type { Sql } from '../relational/port.ts';
import type { LongWriter } from './port.ts';

/** Others' transactions show who they are to anybody, and since when to whom may see it. Transactions of all databases of the server count. */
const longWriterSql = `
WITH mark AS (SELECT age($1::text::xid8::xid) AS age)
SELECT pid, application_name AS application, datname AS database, extract(epoch FROM clock_timestamp() - xact_start)::float8 AS "ageSeconds"
FROM pg_stat_activity, mark WHERE backend_xid IS NOT NULL AND age(backend_xid) > mark.age
UNION ALL
SELECT NULL, gid, database, extract(epoch FROM clock_timestamp() - prepared)::float8
FROM pg_prepared_xacts, mark WHERE age(transaction) > mark.age
ORDER BY 4 DESC NULLS LAST LIMIT 1`;

interface WriterRow {
  readonly pid: number | null;
  readonly application: string;
  readonly database: string;
  readonly ageSeconds: number | null;
}

/** The oldest transaction that writes and began before another one, which has been waited for so long. */
export async function longWriterBefore(
  sql: Sql,
  { xid, forMs }: { readonly xid: bigint; readonly forMs: number },
): Promise<LongWriter | undefined> {
  const { rows } = await sql.query<WriterRow>(longWriterSql, [String(xid)]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { pid, application, database, ageSeconds } = row;
  return { pid: pid ?? undefined, application, database, ageSeconds: ageSeconds ?? forMs / 1_000 };
}
