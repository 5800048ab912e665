import { useMemo } from 'react';
import { type CombinedError, useQuery } from 'urql';
import { type SqlTablesQuery, sqlTablesQuery } from '../generated/operations.ts';

export type SqlTable = NonNullable<SqlTablesQuery['analyticsTables']>[number];

const none: readonly SqlTable[] = [];

export interface SqlTables {
  readonly tables: readonly SqlTable[];
  readonly error: CombinedError | undefined;
  readonly retry: () => void;
}

/** What SQL can be asked of: events of each kind, and the models one may read. */
export function useSqlTables(): SqlTables {
  const [{ data, error }, ask] = useQuery({ query: sqlTablesQuery });
  return useMemo(
    () => ({
      tables: data?.analyticsTables ?? none,
      error: data === undefined ? error : undefined,
      retry: () => ask({ requestPolicy: 'network-only' }),
    }),
    [data, error, ask],
  );
}
