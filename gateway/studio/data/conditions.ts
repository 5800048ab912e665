import type { Model, ModelField } from './use-models.ts';
import { isReference, parseValue } from './values.ts';

/** One condition of a filter, as it is typed and as it stands in the address of the page. */
export interface Condition {
  readonly field: string;
  readonly comparison: string;
  readonly text: string;
}

interface Comparison {
  readonly title: string;
  /** No value beside it: `is empty`. */
  readonly bare?: boolean;
}

const comparisons: Readonly<Record<string, Comparison>> = {
  contains: { title: 'contains' },
  startsWith: { title: 'starts with' },
  eq: { title: 'is' },
  ne: { title: 'is not' },
  gt: { title: 'is more than' },
  gte: { title: 'is at least' },
  lt: { title: 'is less than' },
  lte: { title: 'is at most' },
  isNull: { title: 'is empty', bare: true },
  isNotNull: { title: 'is not empty', bare: true },
};

export function comparisonOf(name: string): Comparison {
  return comparisons[name] ?? { title: name };
}

/** Those the graph has for the field's type (`StringComparison` and so on). */
export function comparisonsFor(field: ModelField): readonly string[] {
  const { type, required } = field;
  const emptiness = required ? [] : ['isNull', 'isNotNull'];
  if (isReference(field) || type === 'ID') return ['eq', 'ne', ...emptiness];
  if (type === 'Boolean') return ['eq', ...emptiness];
  if (type === 'String') return ['contains', 'startsWith', 'eq', 'ne', ...emptiness];
  return ['gte', 'lte', 'gt', 'lt', 'eq', 'ne', ...emptiness];
}

/** Why a condition cannot be asked; undefined when it can. */
export function faultOf(condition: Condition, model: Model): string | undefined {
  const field = fieldOf(condition, model);
  if (field === undefined) return 'The model has no such field to filter by.';
  if (!comparisonsFor(field).includes(condition.comparison)) return 'The field cannot be compared like this.';
  if (comparisonOf(condition.comparison).bare === true) return undefined;
  const parsed = parseValue({ ...field, required: true }, condition.text);
  return 'fault' in parsed ? parsed.fault : undefined;
}

/**
 * The `where` input; null when nothing is filtered, and undefined when one of the conditions cannot be asked: without it, everything would be shown under a
 * filter that was not applied.
 */
export function whereOf(conditions: readonly Condition[], model: Model): object | null | undefined {
  if (conditions.some((condition) => faultOf(condition, model) !== undefined)) return undefined;
  const asked = conditions.flatMap((condition): readonly object[] => {
    const field = fieldOf(condition, model);
    const { comparison, text } = condition;
    if (field === undefined) return [];
    if (comparison === 'isNull') return [{ [field.name]: { isNull: true } }];
    if (comparison === 'isNotNull') return [{ [field.name]: { isNull: false } }];
    const parsed = parseValue(field, text);
    const value = 'value' in parsed ? parsed.value : null;
    const ignoreCase = comparison === 'contains' || comparison === 'startsWith' ? { ignoreCase: true } : {};
    return [{ [field.name]: { [comparison]: value, ...ignoreCase } }];
  });
  return asked.length === 0 ? null : { and: asked };
}

/** In the address: `name~contains~city`, once a condition. */
export function conditionsIn(params: URLSearchParams): readonly Condition[] {
  return params.getAll('where').map((part) => {
    const [field = '', comparison = '', ...text] = part.split('~');
    return { field, comparison, text: text.join('~') };
  });
}

export function writeConditions(params: URLSearchParams, conditions: readonly Condition[]): URLSearchParams {
  params.delete('where');
  for (const { field, comparison, text } of conditions)
    params.append('where', `${field}~${comparison}~${text}`);
  return params;
}

function fieldOf({ field }: Condition, model: Model): ModelField | undefined {
  return model.fields.find(({ name, filterable }) => name === field && filterable);
}
