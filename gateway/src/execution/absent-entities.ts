import type { ExecutionResult } from 'graphql';
import type { RequestScope } from './request-scope.ts';

/** What the fetches of one operation share: besides the request, whether an owner answered that an entity is not there. */
export interface FetchScope extends RequestScope {
  readonly absences: Absences;
}

/** Set by the data sources, read when the answer is put together. */
export interface Absences {
  found: boolean;
}

/** Whether an answer says of some entity, without an error, that there is none, or none for this caller. */
export function hasAbsentEntity({ data, errors }: ExecutionResult): boolean {
  const entities = data?.['_entities'];
  return errors === undefined && Array.isArray(entities) && entities.includes(null);
}

/** What a null at a place that promises a value comes from. */
export type NullCause = 'absent entity' | 'absent entity that is required' | 'broken contract';

/**
 * An absent entity's required fields have no value, so the entity itself becomes null: that is the answer, and no error, wherever it may
 * be null. Where it may not, the null went on upwards. `path` leads to the required field; `data` is the finished answer.
 */
export function causeOfNull(
  { message, path }: { readonly message: string; readonly path?: readonly (string | number)[] | undefined },
  { data, absences }: { readonly data: unknown; readonly absences: Absences },
): NullCause {
  // The executor has one code for all of this; values that do not fit their type are told by another text.
  if (!absences.found || path === undefined || !message.startsWith('Cannot return null'))
    return 'broken contract';
  const holder = path.slice(0, -2).reduce(valueIn, data);
  const entity = path.at(-2);
  return entity !== undefined && holder !== null ? 'absent entity' : 'absent entity that is required';
}

function valueIn(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null
    ? ((value as Readonly<Record<string | number, unknown>>)[key] ?? null)
    : null;
}
