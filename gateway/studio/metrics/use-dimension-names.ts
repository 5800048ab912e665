import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { labelOf } from '../data/model-labels.ts';
import { listOf } from '../data/record-operations.ts';
import { type Model, useModels } from '../data/use-models.ts';

export interface Dimension {
  /** The model or kind of event a metric is measured over. */
  readonly over: string;
  readonly name: string;
}

const noModels: readonly Model[] = [];
const mostNames = 100;

/** How values of a dimension are called: where it is a reference of a model, by what the other item is known by. */
export function useDimensionNames(
  { over, name }: Dimension,
  keys: readonly unknown[],
): (key: unknown) => string {
  const client = useClient();
  const models = useModels().data ?? noModels;
  const field = models.find((model) => model.name === over)?.fields.find((each) => each.name === name);
  const target = models.find((model) => model.name === field?.target);
  const ids = keys.filter((key) => typeof key === 'string').slice(0, mostNames);
  const joined = ids.join();
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    if (target === undefined || joined === '') return;
    const where = { id: { in: joined.split(',') } };
    const asking = client.query(listOf(target, models), { where, first: mostNames }).subscribe(({ data }) => {
      setNames(new Map(data?.items?.nodes.map((item) => [item.id, labelOf(target, item)])));
    });
    return () => asking.unsubscribe();
  }, [client, target, models, joined]);
  return (key) => (key === null || key === undefined ? 'none' : (names.get(String(key)) ?? String(key)));
}
