import type { Relational } from '@tributary/engines/relational';
import type { UsageReader } from '../usecases/read-usage.ts';
import type { UsageEntry, UsageSink } from '../usecases/usage-counter.ts';

// Sorted, so that two processes that flush the same lines never wait for each other in a circle.
const addSql = `
  INSERT INTO rest.usage_day AS held (principal, route, day, calls, errors)
  SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::bigint[], $5::bigint[]) AS added(principal, route, day, calls, errors)
  ORDER BY principal, route, day
  ON CONFLICT (principal, route, day) DO UPDATE SET calls = held.calls + EXCLUDED.calls, errors = held.errors + EXCLUDED.errors`;

/** A year can be compared with the one before it. */
const keptDays = 400;
const removeSql = `
  DELETE FROM rest.usage_day WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM rest.usage_day WHERE day < current_date - ${keptDays} LIMIT 10000 FOR UPDATE SKIP LOCKED))`;
/** The first addition of a process, and one in so many, also removes a batch of what is older: about hourly where there are calls in every second. */
const removeEvery = 3_600;

// Newest day first, then by name: the keyset is (day descending, principal, route).
const readSql = `
  SELECT principal, route, day::text AS day, calls::float8 AS calls, errors::float8 AS errors FROM rest.usage_day
  WHERE principal LIKE $1 || '/%' AND day BETWEEN $2 AND $3
    AND ($4::text IS NULL OR route = $4) AND ($5::text IS NULL OR principal = $1 || '/' || $5)
    AND ($6::date IS NULL OR day < $6 OR (day = $6 AND (principal, route) > ($1 || '/' || $7, $8)))
  ORDER BY day DESC, principal, route LIMIT $9`;

export function usageTable(relational: Relational): UsageSink & UsageReader {
  let additions = 0;
  return {
    add: async (entries) => {
      if (additions % removeEvery === 0) await relational.query(removeSql, []);
      additions += 1;
      const column = (name: keyof UsageEntry): readonly unknown[] => entries.map((entry) => entry[name]);
      await relational.query(addSql, [
        column('principal'),
        column('route'),
        column('day'),
        column('calls'),
        column('errors'),
      ]);
    },
    read: async ({ workspaceId, from, to, route, principal, after, limit }) => {
      const values = [workspaceId, from, to, route ?? null, principal ?? null];
      const keyset = [after?.day ?? null, after?.principal ?? null, after?.route ?? null];
      const { rows } = await relational.query<UsageEntry>(readSql, [...values, ...keyset, limit]);
      return rows.map((row) => ({ ...row, principal: row.principal.slice(workspaceId.length + 1) }));
    },
  };
}
