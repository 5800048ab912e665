import type { Comparison, Filter, FilterValue } from '@tributary/engines/filter';
import { CodedError, isId } from '@tributary/runtime';
import type { FileRecord } from '../domain/file.ts';
import { isMetadataKey, isMetadataValue } from '../domain/metadata.ts';

/** A `where` argument as GraphQL coerced it. */
export type FileWhere = Readonly<Record<string, unknown>>;

const maxDepth = 8;
/** Those that can ignore case. */
const textOperators: ReadonlySet<string> = new Set(['contains', 'startsWith']);
const comparisons: ReadonlySet<string> = new Set<Comparison>(['eq', 'ne', 'lt', 'lte', 'gt', 'gte']);
const metadataPrefix = 'metadata:';

/**
 * The filter a `where` argument stands for; undefined without one, and for `{}` as a whole. A condition inside it that is null or empty is refused
 * rather than dropped: what was written must not vanish and widen the answer. (The kit refuses a variable that was forgotten.)
 * @throws CodedError BAD_USER_INPUT naming the field.
 */
export function fileFilter(where: FileWhere | null | undefined): Filter | undefined {
  if (where === null || where === undefined) return undefined;
  const filters = conditionsOf(where, 1);
  return filters.length === 0 ? undefined : all('where', filters);
}

/** The key of a condition on metadata, by the name of its field in the filter. */
export function metadataKeyOf(field: string): string | undefined {
  return field.startsWith(metadataPrefix) ? field.slice(metadataPrefix.length) : undefined;
}

/** A file's state as filters see it: metadata flat beside the fields. */
export function filteredRow(file: FileRecord): Readonly<Record<string, unknown>> {
  const metadata = Object.entries(file.metadata).map(([key, value]) => [`${metadataPrefix}${key}`, value]);
  return { ...file, ...Object.fromEntries(metadata) };
}

function conditionsOf(where: FileWhere, depth: number): readonly Filter[] {
  if (depth > maxDepth) throw refused('where', `where is nested ${maxDepth} deep at most`);
  return Object.entries(where).flatMap(([name, condition]): readonly Filter[] => {
    if (condition === null || condition === undefined)
      throw refused(name, `${name} is null in where; leave it out, or use isNull`);
    if (name === 'not')
      return [{ kind: 'not', filter: all(name, conditionsOf(condition as FileWhere, depth + 1)) }];
    if (name !== 'and' && name !== 'or' && name !== 'metadata')
      return comparisonsOf(name, condition as FileWhere);
    const parts = condition as readonly FileWhere[];
    if (parts.length === 0) throw saysNothing(name);
    if (name === 'metadata') return parts.map(metadataCondition);
    return [{ kind: name, filters: parts.map((inner) => all(name, conditionsOf(inner, depth + 1))) }];
  });
}

function metadataCondition({ key, eq }: FileWhere): Filter {
  if (typeof key !== 'string' || !isMetadataKey(key) || !isMetadataValue(eq))
    throw refused('metadata', 'metadata is compared by a key and a text, number or boolean');
  return { kind: 'compare', field: `${metadataPrefix}${key}`, op: 'eq', value: eq };
}

function comparisonsOf(field: string, { ignoreCase, ...operators }: FileWhere): readonly Filter[] {
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
      for (const each of value as readonly unknown[]) checkId(field, each);
      return { kind: 'in', field, values: value as readonly FilterValue[] };
    }
    if (op === 'contains' || op === 'startsWith')
      return { kind: 'text', field, op, value: String(value), ignoreCase: ignoreCase === true };
    if (!comparisons.has(op)) throw refused(field, `${op} is not a comparison`);
    checkId(field, value);
    return { kind: 'compare', field, op: op as Comparison, value: value as FilterValue };
  });
}

function checkId(field: string, value: unknown): void {
  if ((field === 'id' || field === 'folderId') && !isId(value))
    throw refused(field, `${field} is compared with something that is not an id`);
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

function refused(field: string, message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `${message.charAt(0).toUpperCase()}${message.slice(1)}.`, {
    details: { field },
  });
}
