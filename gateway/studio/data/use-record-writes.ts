import { useCallback, useState } from 'react';
import { useClient } from 'urql';
import { Refusal } from '../graph/refusal.ts';
import type { Conflict } from './conflict.ts';
import { itemOf, updateOf } from './record-operations.ts';
import type { Model } from './use-models.ts';
import { isReference, type Row } from './values.ts';

export type WriteOutcome = 'written' | 'conflict';

/**
 * Writes changes against the version they were made on: `row` is the item as it was when one began, never what came in since. A
 * conflict is kept until somebody resolves it, by writing again on the current version or by letting the current state stand.
 */
export function useRecordWrites(
  { model, models }: { readonly model: Model; readonly models: readonly Model[] },
  onWritten: (row: Row) => void,
) {
  const client = useClient();
  const [conflict, setConflict] = useState<Conflict>();
  const write = useCallback(
    async (row: Row, wanted: Readonly<Record<string, unknown>>): Promise<WriteOutcome> => {
      const input = inputOf(model, wanted);
      const variables = { id: row.id, input, expectedVersion: row.version };
      const { data, error } = await client.mutation(updateOf(model, models), variables);
      if (error === undefined) {
        if (data?.item !== undefined && data.item !== null) onWritten(data.item);
        return 'written';
      }
      const refusal = Refusal.of(error);
      // What is missing may be what a field refers to; then the refusal names the field.
      const isGone = refusal.code === 'NOT_FOUND' && refusal.details['field'] === undefined;
      if (refusal.code !== 'VERSION_CONFLICT' && !isGone) throw refusal;
      const now = await client.query(
        // What is read for the page meanwhile may not know yet whom one lost to.
        itemOf(model, models, 'AfterConflict'),
        { id: row.id },
        { requestPolicy: 'network-only' },
      );
      if (now.error !== undefined) throw Refusal.of(now.error);
      setConflict({ wanted, read: row, current: now.data?.item ?? null });
      return 'conflict';
    },
    [client, model, models, onWritten],
  );
  return { write, conflict, dismiss: () => setConflict(undefined) };
}

/** References are written by id: `origin` as `originId`. */
export function inputOf(
  model: Model,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const referring = new Set(model.fields.filter(isReference).map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [referring.has(name) ? `${name}Id` : name, value]),
  );
}

/** The fields of the model a refusal is about: a bound that was broken, a unique value that is taken, a reference to nothing. */
export function refusedFields(model: Model, { details }: Refusal): readonly string[] {
  const named = [details['field'], ...(Array.isArray(details['fields']) ? details['fields'] : [])];
  return model.fields
    .filter(({ system }) => !system)
    .filter(
      (field) => named.includes(field.name) || (isReference(field) && named.includes(`${field.name}Id`)),
    )
    .map(({ name }) => name);
}
