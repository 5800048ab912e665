import type { CombinedError } from '@urql/core';
import { useMemo } from 'react';
import { type DataModelsQuery, dataModelsQuery } from '../generated/operations.ts';
import { useLastAnswer } from '../graph/use-last-answer.ts';
import { useReloadable } from '../graph/use-reloadable.ts';

export type Model = DataModelsQuery['dataModels'][number];
export type ModelField = Model['fields'][number];
export type ModelList = Model['lists'][number];

/** The models whoever is signed in may read, by the graph's own catalogue: introspection may be closed. An error only while none are known. */
export function useModels(): {
  readonly data: readonly Model[] | undefined;
  readonly error: CombinedError | undefined;
  readonly reload: () => void;
} {
  const [{ data, error }, reload] = useReloadable({
    query: dataModelsQuery,
    requestPolicy: 'cache-and-network',
  });
  const models = useLastAnswer(data?.dataModels);
  // Mostly they are what they were: then what hangs on them stays.
  const text = JSON.stringify(models);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says whether they are others.
  const same = useMemo(() => models, [text]);
  return {
    data: same,
    error: models === undefined ? error : undefined,
    reload,
  };
}
