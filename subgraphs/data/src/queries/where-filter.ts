import type { Comparison, Filter, FilterValue } from '@tributary/engines/filter';
import { CodedError, isId } from '@tributary/runtime';
import { type Attribute, attributeOf, holdsId, type Model } from '../models/model.ts';
import { isFilterable } from '../models/model-sdl.ts';

/** A `where` argument as GraphQL coerced it. */
export type Where = Readonly<Record<string, unknown>>;

const maxDepth = 8;
/** Those that can ignore case. */
const textOperators: ReadonlySet<string> = new Set(['contains', 'startsWith']);
const comparisons: ReadonlySet<string> = new Set<Comparison>(['eq', 'ne', 'lt', 'lte', 'gt', 'gte']);

/**
 * The filter a `where` argument stands for; undefined without one, and for `{}` as a whole. A condition inside it that is null or empty is refused
 * rather than dropped: what was written must not vanish and widen the answer. (The kit refuses a variable that was forgotten.)
 * @throws CodedError BAD_USER_INPUT naming the field.
 */
export function whereFilter(model: Model, where: Where | null | undefined): Filter | undefined {
  if (where === undefined || where === null) return undefined;
  const filters = conditionsOf(model, where, 1);
  const [only] = filters;
  return filters.length <= 1 ? only : { kind: 'and', filters };
}

function conditionsOf(model: Model, where: Where, depth: number): readonly Filter[] {
  if (depth > maxDepth) throw refused('where', `where may be nested ${maxDepth} deep at most`);
  return Object.entries(where).flatMap(([name, condition]): readonly Filter[] => {
    if (condition === null || condition === undefined)
      throw refused(name, `${name} is null in where; leave it out, or use isNull`);
    if (name === 'and' || name === 'or') {
      const filters = (condition as readonly Where[]).map((inner) =>
        all(name, conditionsOf(model, inner, depth + 1)),
      );
      if (filters.length === 0) throw saysNothing(name);
      return [{ kind: name, filters }];
    }
    if (name === 'not')
      return [{ kind: 'not', filter: all(name, conditionsOf(model, condition as Where, depth + 1)) }];
    const attribute = attributeOf(model, name);
    if (attribute === undefined || !isFilterable(attribute))
      throw refused(name, `${model.name} cannot be filtered by ${name}`);
    return comparisonsOf(attribute, condition as Readonly<Record<string, unknown>>);
  });
}

/** The conditions of one object inside `place`. */
function all(place: string, filters: readonly Filter[]): Filter {
  const [first] = filters;
  if (first === undefined) throw saysNothing(place);
  return filters.length === 1 ? first : { kind: 'and', filters };
}

function saysNothing(place: string): CodedError {
  return refused(place, `${place} in where has a part that says nothing`);
}

function comparisonsOf(
  attribute: Attribute,
  condition: Readonly<Record<string, unknown>>,
): readonly Filter[] {
  const field = attribute.name;
  const { ignoreCase, ...operators } = condition;
  const entries = Object.entries(operators);
  if (entries.length === 0) throw refused(field, `the condition on ${field} says nothing`);
  if (ignoreCase === true && entries.some(([op]) => !textOperators.has(op)))
    throw refused(
      field,
      `ignoreCase goes with contains and startsWith; ${field} has another comparison beside it`,
    );
  return entries.map(([op, value]): Filter => {
    if (value === null || value === undefined) throw refused(field, `${op} of ${field} is null; use isNull`);
    if (op === 'isNull') return { kind: 'compare', field, op: value === true ? 'eq' : 'ne', value: null };
    if (op === 'in') {
      const values = value as readonly FilterValue[];
      for (const each of values) checkIdentity(attribute, each);
      return { kind: 'in', field, values };
    }
    if (op === 'contains' || op === 'startsWith') {
      return { kind: 'text', field, op, value: String(value), ignoreCase: ignoreCase === true };
    }
    if (!comparisons.has(op)) throw refused(field, `${op} is not a comparison`);
    checkIdentity(attribute, value);
    return { kind: 'compare', field, op: op as Comparison, value: value as FilterValue };
  });
}

function checkIdentity(attribute: Attribute, value: unknown): void {
  if (holdsId(attribute) && !isId(value))
    throw refused(attribute.name, `${attribute.name} is compared with something that is not an id`);
}

function refused(field: string, message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `${message.charAt(0).toUpperCase()}${message.slice(1)}.`, {
    details: { field },
  });
}

/** Both, where there are both. */
export function bothFilters(left: Filter | undefined, right: Filter | undefined): Filter | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return { kind: 'and', filters: [left, right] };
}
