import { filterFields } from '@tributary/engines/filter/filter-fields';
import type { Pipeline, ValueType } from '@tributary/engines/stream-engine';
import type { FieldType, RowField } from '../domain/row-type.ts';

const typesByField: Readonly<Record<FieldType, ValueType>> = {
  String: 'TEXT',
  ID: 'TEXT',
  Int: 'INT',
  Float: 'NUMBER',
  Boolean: 'TRUTH',
  DateTime: 'MOMENT',
};

/** What the fields that a pipeline looks at are declared as: of others it would be computed anew for nothing. */
export function valueTypes(
  { timeField, filter, dimensions, measures }: Omit<Pipeline, 'types'>,
  fields: readonly RowField[],
): Readonly<Record<string, ValueType>> {
  const used = new Set([
    ...dimensions,
    ...measures.flatMap((measure) => ('field' in measure ? [measure.field] : [])),
    ...(timeField === undefined ? [] : [timeField]),
    ...(filter === undefined ? [] : filterFields(filter)),
  ]);
  return Object.fromEntries(
    fields.filter(({ name }) => used.has(name)).map(({ name, type }) => [name, typesByField[type]]),
  );
}
