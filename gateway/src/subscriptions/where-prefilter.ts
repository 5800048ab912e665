import type { LogEvent } from '@tributary/engines/event-log';
import type { Comparison, Filter, FilterValue } from '@tributary/engines/filter';
import { compileFilter } from '@tributary/engines/filter/evaluate';

const comparisons: ReadonlySet<string> = new Set<Comparison>(['eq', 'ne', 'lt', 'lte', 'gt', 'gte']);
const canonicalTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const anyTime = /^\d{4}-\d\d-\d\d[Tt ]\d/;

/**
 * A cheap test that spares the subgraph events a `where` argument cannot be true for. It only ever says "no" when that is sure:
 * conditions it does not understand (scalars it cannot normalise, operators it does not know) count as true, and the subgraph decides.
 */
export function wherePrefilter(where: unknown): (event: LogEvent) => boolean {
  const filter = filterOf(where);
  if (filter === undefined) return () => true;
  const holds = compiled(filter);
  const fields = fieldsOf(filter);
  return (event) => {
    const { after, before } = (event.data ?? {}) as { readonly after?: unknown; readonly before?: unknown };
    const row = after ?? before;
    // What an event does not carry (a system field, say) cannot decide.
    return !isRecord(row) || !fields.every((field) => Object.hasOwn(row, field)) || holds(row);
  };
}

/**
 * Conditions that look through a text, each of which costs about as much as an object: up to 0.3 ms for a text of 10 KB.
 * All count, also those that only the subgraph understands.
 */
export function textConditions(where: unknown): number {
  if (Array.isArray(where)) return where.reduce<number>((sum, part) => sum + textConditions(part), 0);
  if (!isRecord(where)) return 0;
  return Object.entries(where).reduce((sum, [name, value]) => {
    const looksThrough = (name === 'contains' || name === 'startsWith') && typeof value === 'string';
    return sum + (looksThrough ? 1 : textConditions(value));
  }, 0);
}

function fieldsOf(filter: Filter): readonly string[] {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.filters.flatMap(fieldsOf);
  return filter.kind === 'not' ? fieldsOf(filter.filter) : [filter.field];
}

/** A filter beyond the algebra's limits is the subgraph's to refuse, in the opening call. */
function compiled(filter: Filter): (row: Readonly<Record<string, unknown>>) => boolean {
  try {
    return compileFilter(filter);
  } catch {
    return () => true;
  }
}

/** The filter a `where` value surely implies; undefined when nothing is sure. */
export function filterOf(where: unknown): Filter | undefined {
  if (!isRecord(where)) return undefined;
  return allOf(Object.entries(where).map(([name, condition]) => conditionOf(name, condition)));
}

function conditionOf(name: string, condition: unknown): Filter | undefined {
  if (name === 'and' && Array.isArray(condition)) return allOf(condition.map(filterOf));
  if (name === 'or' && Array.isArray(condition)) {
    const filters = condition.map(filterOf);
    return filters.includes(undefined)
      ? undefined
      : { kind: 'or', filters: filters.filter((filter) => filter !== undefined) };
  }
  if (name === 'not') {
    // A part that was left out makes the rest true more often, and so its negation false more often: all or nothing.
    const filter = isWhollyKnown(condition) ? filterOf(condition) : undefined;
    return filter && { kind: 'not', filter };
  }
  return isRecord(condition) ? fieldConditions(name, condition) : undefined;
}

function fieldConditions(field: string, condition: Readonly<Record<string, unknown>>): Filter | undefined {
  const ignoreCase = condition['ignoreCase'] === true;
  const operators = Object.entries(condition).filter(([op]) => op !== 'ignoreCase');
  if (operators.length === 0) return undefined;
  const filters = operators.map(([op, value]): Filter | undefined => {
    if (op === 'isNull' && typeof value === 'boolean')
      return { kind: 'compare', field, op: value ? 'eq' : 'ne', value: null };
    if (op === 'in' && Array.isArray(value))
      return value.every(isComparable) ? { kind: 'in', field, values: value } : undefined;
    if ((op === 'contains' || op === 'startsWith') && typeof value === 'string')
      return { kind: 'text', field, op, value, ignoreCase };
    return comparisons.has(op) && isComparable(value)
      ? { kind: 'compare', field, op: op as Comparison, value }
      : undefined;
  });
  return allOf(filters);
}

/** True when every leaf of a `where` value is translated by `filterOf`, so that its negation is exact. */
function isWhollyKnown(where: unknown): boolean {
  if (!isRecord(where)) return false;
  return Object.entries(where).every(([name, condition]) => {
    if (name === 'and' || name === 'or') return Array.isArray(condition) && condition.every(isWhollyKnown);
    if (name === 'not') return isWhollyKnown(condition);
    if (!isRecord(condition)) return false;
    const operators = Object.entries(condition).filter(([op]) => op !== 'ignoreCase');
    return (
      operators.length > 0 &&
      operators.every(([op, value]) => fieldConditions(name, { [op]: value }) !== undefined)
    );
  });
}

/** What is unknown is left out. No conditions at all are no unknown: they hold, and inside a negation that decides. */
function allOf(filters: readonly (Filter | undefined)[]): Filter | undefined {
  const known = filters.filter((filter) => filter !== undefined);
  const [only] = known;
  if (known.length === 1 || (only === undefined && filters.length > 0)) return only;
  return { kind: 'and', filters: known };
}

/** A time that is not in the form events are stored in (UTC, milliseconds) cannot be compared as text. */
function isComparable(value: unknown): value is FilterValue {
  if (typeof value === 'string') return canonicalTime.test(value) || !anyTime.test(value);
  return typeof value === 'number' || typeof value === 'boolean';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
