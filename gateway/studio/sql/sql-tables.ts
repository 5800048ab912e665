import { useMemo } from 'react';
import { useQuery } from 'urql';
import { type SqlTablesQuery, sqlTablesQuery } from '../generated/operations.ts';

export type SqlTable = NonNullable<SqlTablesQuery['analyticsTables']>[number];

const none: readonly SqlTable[] = [];

/** What SQL can be asked of: events of each kind, and the models one may read. */
export function useSqlTables(): readonly SqlTable[] {
  const [{ data }] = useQuery({ query: sqlTablesQuery });
  return useMemo(() => data?.analyticsTables ?? none, [data]);
}
