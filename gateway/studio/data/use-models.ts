import type { CombinedError } from '@urql/core';
import { useQuery } from 'urql';
import { type DataModelsQuery, dataModelsQuery } from '../generated/operations.ts';

export type Model = DataModelsQuery['dataModels'][number];
export type ModelField = Model['fields'][number];
export type ModelList = Model['lists'][number];

/** The models whoever is signed in may read, by the graph's own catalogue: introspection may be closed. */
export function useModels(): {
  readonly data: readonly Model[] | undefined;
  readonly error: CombinedError | undefined;
} {
  const [{ data, error }] = useQuery({ query: dataModelsQuery });
  return { data: data?.dataModels, error };
}
