import { gql, type TypedDocumentNode } from '@urql/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { usePaced } from '../elements/use-paced.ts';
import { type AddedFieldsQuery, addedFieldsQuery } from '../generated/operations.ts';
import type { Model, ModelField } from './use-models.ts';
import type { Row } from './values.ts';

/** A field that another part of the graph adds to a model: read, never written. */
export interface AddedField extends ModelField {
  /** What is asked for it. */
  readonly selection: string;
  /** Its value in what is answered. */
  readonly read: (answered: unknown) => unknown;
}

type Values = Readonly<Record<string, unknown>>;

const noFields: readonly AddedField[] = [];
const noValues: ReadonlyMap<string, Values> = new Map();
/** Changes come in swarms; what follows from them is asked for once, and every so often while they go on. */
const waits = { soonMs: 400, everyMs: 1_000 };
/** A page of a list. */
const most = 100;

/** The fields that metrics and predictions add to a model. */
export function useAddedFields({ name }: Model): readonly AddedField[] {
  const [{ data }] = useQuery({ query: addedFieldsQuery });
  return useMemo(() => (data === undefined ? noFields : addedTo(name, data)), [data, name]);
}

export function addedTo(
  typeName: string,
  { metrics, inferenceModels }: AddedFieldsQuery,
): readonly AddedField[] {
  const measured = (metrics ?? []).flatMap(({ fields, measures, windows }) =>
    fields
      .filter(({ type }) => type === typeName)
      .map(({ field, description }) => {
        // The widest window is the calmest figure: a list is looked through, not watched.
        const window = windows.at(-1)?.name ?? 'DAY';
        const what = `The ${measures[0]?.name ?? 'value'} of the latest ${window.toLowerCase().replaceAll('_', ' ')} with data.`;
        return {
          ...ofType(field, [description, what].filter((part) => part !== null).join(' ')),
          selection: `${field}(window: ${window}) { points { value } }`,
          read: latestPoint,
        };
      }),
  );
  const predicted = (inferenceModels ?? []).flatMap(({ fields }) =>
    fields
      .filter(({ type }) => type === typeName)
      .map(({ field, description }) => ({ ...ofType(field, description), selection: field, read: rounded })),
  );
  return [...measured, ...predicted];
}

function ofType(name: string, description: string | null): ModelField {
  const cannot = { required: false, unique: false, filterable: false, sortable: false };
  return { name, type: 'Float', system: true, target: null, entity: null, description, ...cannot };
}

function latestPoint(answered: unknown): unknown {
  const points = (answered as { readonly points?: readonly { readonly value: unknown }[] } | null)?.points;
  return rounded(points?.at(-1)?.value ?? null);
}

function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : (value ?? null);
}

/** The values of `fields` for these items: computed elsewhere, so asked for apart, and again when an item has changed. */
export function useAddedValues(
  model: Model,
  fields: readonly AddedField[],
  rows: readonly Row[],
): ReadonlyMap<string, Values> {
  const client = useClient();
  const [values, setValues] = useState(noValues);
  const names = fields.map(({ name }) => name).join();
  const versions = rows.map(({ id, version }) => `${id} ${version}`).join();
  const asking = useRef<{ readonly unsubscribe: () => void }>(undefined);
  const ask = (): void => {
    asking.current?.unsubscribe();
    const ids = rows.slice(0, most).map(({ id }) => id);
    asking.current = client
      .query(valuesOf(model, fields), { ids, first: most }, { requestPolicy: 'network-only' })
      .subscribe(({ data }) => {
        // What is known stays when asking fails: the rows themselves say so.
        const items = data?.items?.nodes;
        if (items !== undefined)
          setValues(new Map(items.map((item) => [String(item['id']), readValues(fields, item)])));
      });
  };
  const askSoon = usePaced(ask, waits);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the texts say what of the lists matters.
  useEffect(() => {
    if (fields.length === 0 || rows.length === 0) return;
    if (values.size === 0) ask();
    else askSoon();
  }, [client, model, names, versions]);
  useEffect(() => () => asking.current?.unsubscribe(), []);
  return fields.length === 0 ? noValues : values;
}

function readValues(fields: readonly AddedField[], item: Values): Values {
  return Object.fromEntries(fields.map(({ name, read }) => [name, read(item[name])]));
}

function valuesOf(
  { name, plural }: Model,
  fields: readonly AddedField[],
): TypedDocumentNode<
  { readonly items: { readonly nodes: readonly Values[] } | null },
  { readonly ids: readonly string[]; readonly first: number }
> {
  const selections = fields.map(({ selection }) => selection).join(' ');
  return gql(
    `query ${name}Added($ids: [ID!], $first: Int) { items: ${plural}(where: { id: { in: $ids } }, first: $first) { nodes { id ${selections} } } }`,
  );
}
