import type { Comparison, Filter, FilterValue } from '@tributary/engines/filter';
import { filterLimits, tooLarge } from '@tributary/engines/filter/checked-filter';
import { CodedError } from '@tributary/runtime';

/** A `where` argument, or the condition on one of its fields, as GraphQL coerced it. */
export type Where = Readonly<Record<string, unknown>>;

const maxDepth = 8;
/** Those that can ignore case. */
const textOperators: ReadonlySet<string> = new Set(['contains', 'startsWith']);
const comparisons: ReadonlySet<string> = new Set<Comparison>(['eq', 'ne', 'lt', 'lte', 'gt', 'gte']);

/** What a condition on something else than `and`, `or` and `not` stands for; it is never null. */
export type ConditionOn = (name: string, condition: unknown) => readonly Filter[];

/**
 * The filter a `where` argument stands for; undefined without one, and for `{}` as a whole. A condition inside it that is null or empty is refused
 * rather than dropped: what was written must not vanish and widen the answer. (A variable that was forgotten is refused before.)
 * @throws CodedError BAD_USER_INPUT naming the field, or the limit of a filter's size.
 */
export function filterOfWhere(where: Where | null | undefined, conditionOn: ConditionOn): Filter | undefined {
  if (where === undefined || where === null) return undefined;
  const filters = conditionsIn(where, { conditionOn, depth: 1, budget: { nodes: filterLimits.nodes } });
  return filters.length === 0 ? undefined : all('where', filters);
}

interface Conversion {
  readonly conditionOn: ConditionOn;
  readonly depth: number;
  /** What the filter may still have: a `where` that no engine takes is not made into one, which takes longer than to refuse it. */
  readonly budget: { nodes: number };
}

function conditionsIn(where: Where, conversion: Conversion): readonly Filter[] {
  const { conditionOn, depth, budget } = conversion;
  if (depth > maxDepth) throw refusedWhere('where', `where may be nested ${maxDepth} deep at most`);
  const inside = (name: string, inner: unknown): Filter =>
    all(name, conditionsIn(inner as Where, { ...conversion, depth: depth + 1 }));
  return Object.entries(where).flatMap(([name, condition]): readonly Filter[] => {
    budget.nodes -= 1;
    if (budget.nodes < 0) throw tooLarge('nodes', filterLimits.nodes);
    if (condition === null || condition === undefined)
      throw refusedWhere(name, `where.${name} is null; leave it out, or use isNull`);
    if (name === 'not') return [{ kind: 'not', filter: inside(name, condition) }];
    if (name !== 'and' && name !== 'or') return conditionOn(name, condition);
    const filters = (condition as readonly unknown[]).map((inner) => inside(name, inner));
    if (filters.length === 0) throw saysNothing(name);
    return [{ kind: name, filters }];
  });
}

/** The conditions of one object inside `place`. */
function all(place: string, filters: readonly Filter[]): Filter {
  const [first] = filters;
  if (first === undefined) throw saysNothing(place);
  return filters.length === 1 ? first : { kind: 'and', filters };
}

/** @throws CodedError BAD_USER_INPUT unless every operator says something and `checkValue`, which may throw too, lets its values pass. */
export function comparisonsOn(
  field: string,
  { ignoreCase, ...operators }: Where,
  checkValue: (value: unknown) => void,
): readonly Filter[] {
  const entries = Object.entries(operators);
  if (entries.length === 0) throw refusedWhere(field, `where.${field} says nothing`);
  if (ignoreCase === true && entries.some(([op]) => !textOperators.has(op)))
    throw refusedWhere(
      field,
      `ignoreCase goes with contains and startsWith; where.${field} has another comparison beside it`,
    );
  return entries.map(([op, value]): Filter => {
    if (value === null || value === undefined)
      throw refusedWhere(field, `where.${field}.${op} is null; use isNull`);
    if (op === 'isNull') return { kind: 'compare', field, op: value === true ? 'eq' : 'ne', value: null };
    if (op === 'in') {
      const values = value as readonly FilterValue[];
      for (const each of values) checkValue(each);
      return { kind: 'in', field, values };
    }
    if (op === 'contains' || op === 'startsWith')
      return { kind: 'text', field, op, value: String(value), ignoreCase: ignoreCase === true };
    if (!comparisons.has(op)) throw refusedWhere(field, `where.${field}.${op} is not a comparison`);
    checkValue(value);
    return { kind: 'compare', field, op: op as Comparison, value: value as FilterValue };
  });
}

function saysNothing(place: string): CodedError {
  return refusedWhere(place, `where.${place} has a part that says nothing`);
}

/** A refused condition. Names keep their case: the sentence begins with the name when it has to. */
export function refusedWhere(field: string, message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `${message}.`, { details: { field } });
}
