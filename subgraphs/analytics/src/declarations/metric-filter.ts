import type { Comparison, Filter, FilterValue } from '@tributary/engines/filter';
import type { FieldType, RowField } from '../domain/row-type.ts';

const comparisons: ReadonlySet<string> = new Set<Comparison>(['eq', 'ne', 'lt', 'lte', 'gt', 'gte']);

/**
 * The filter of a declaration's `where`, which reads like the `where` of lists: `{ delayMinutes: { gt: 60 }, or: [{ … }, { … }] }`.
 * `fault` is told of what is wrong; the filter is then of no use.
 */
export function metricFilter(
  where: unknown,
  fields: readonly RowField[],
  fault: (problem: string) => void,
): Filter {
  if (!isObject(where)) {
    fault('where is an object');
    return { kind: 'and', filters: [] };
  }
  const filters = Object.entries(where).flatMap(([name, condition]): readonly Filter[] => {
    if ((name === 'and' || name === 'or') && Array.isArray(condition))
      return [{ kind: name, filters: condition.map((inner) => metricFilter(inner, fields, fault)) }];
    if (name === 'not') return [{ kind: 'not', filter: metricFilter(condition, fields, fault) }];
    const field = fields.find((known) => known.name === name);
    if (field === undefined) fault(`where names ${name}, which is no field`);
    if (isObject(condition) && Object.keys(condition).length > 0)
      return Object.entries(condition).map(([op, value]) => {
        if (field !== undefined && op !== 'isNull') checkValues(field, value, fault);
        return conditionOf(name, { op, value }, fault);
      });
    fault(`the condition on ${name} says nothing`);
    return [];
  });
  const [only] = filters;
  return only !== undefined && filters.length === 1 ? only : { kind: 'and', filters };
}

function conditionOf(
  field: string,
  { op, value }: { readonly op: string; readonly value: unknown },
  fault: (problem: string) => void,
): Filter {
  if (op === 'isNull') return { kind: 'compare', field, op: value === true ? 'eq' : 'ne', value: null };
  if (op === 'in' && Array.isArray(value)) return { kind: 'in', field, values: value as FilterValue[] };
  if ((op === 'contains' || op === 'startsWith') && typeof value === 'string')
    return { kind: 'text', field, op, value, ignoreCase: false };
  if (comparisons.has(op) && !isObject(value) && !Array.isArray(value))
    return { kind: 'compare', field, op: op as Comparison, value: value as FilterValue };
  fault(`${op} of ${field} is no comparison`);
  return { kind: 'and', filters: [] };
}

const jsonTypes: Readonly<Record<FieldType, string>> = {
  String: 'string',
  ID: 'string',
  DateTime: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
};

/** No value is converted: compared with a text, no number is anything, and the metric would be empty. */
function checkValues({ name, type }: RowField, value: unknown, fault: (problem: string) => void): void {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.some((one) => one !== null && !isObject(one) && typeof one !== jsonTypes[type]))
    fault(`where compares ${name}, which is ${type}, with something else`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
