import { columnKeyset } from '@tributary/engines/filter/keyset';
import { filterToSql } from '@tributary/engines/filter/sql';
import { CodedError } from '@tributary/runtime';
import { type Attribute, attributeOf, type Model } from '../models/model.ts';
import type { ListRequest } from '../queries/list-request.ts';
import { dataSchema } from './column-types.ts';

/** Names come from compiled models, which admit letters, digits and underscores only. */
export function quoted(name: string): string {
  return `"${name}"`;
}

export function tableOf(model: Model): string {
  return `${quoted(dataSchema)}.${quoted(model.table)}`;
}

/** Collects the values of one statement. */
export class Parameters {
  readonly values: unknown[] = [];

  constructor(...values: readonly unknown[]) {
    this.values.push(...values);
  }

  readonly add = (value: unknown): string => `$${this.values.push(value)}`;
}

/**
 * The columns a read needs, under their GraphQL names, so that rows serve graphql-js as they come, without resolvers.
 * Times are written as RFC 3339 by the server: cheaper than making a Date of each only to print it again.
 */
export function selectList(model: Model, names: ReadonlySet<string> | 'all'): string {
  const wanted = (attribute: Attribute): boolean => {
    if (names === 'all' || attribute.name === 'id' || names.has(attribute.name)) return true;
    return attribute.name === 'createdBy' && model.read.includes('OWNER_OF_ROW');
  };
  return model.attributes
    .filter(wanted)
    .map((attribute) => `${shownAs(attribute)} AS ${quoted(attribute.name)}`)
    .join(', ');
}

function shownAs({ type, column }: Attribute): string {
  const name = `t.${quoted(column)}`;
  return type === 'DateTime' ? `to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` : name;
}

export function columnOf(model: Model, field: string): string {
  return `t.${quoted(knownAttribute(model, field).column)}`;
}

function knownAttribute(model: Model, field: string): Attribute {
  const attribute = attributeOf(model, field);
  if (attribute === undefined)
    throw new CodedError('BAD_USER_INPUT', `${model.name} has no field to compare of that name.`);
  return attribute;
}

/** ` AND …` for a filter; empty without one. */
export function filterClause(model: Model, filter: ListRequest['filter'], parameters: Parameters): string {
  if (filter === undefined) return '';
  return ` AND ${filterToSql(filter, { column: (field) => columnOf(model, field), param: parameters.add })}`;
}

/** The order of a list and the condition under which its page starts: ` AND …`, empty for the first page. */
export function keysetOf(
  model: Model,
  { order, after }: ListRequest,
  parameters: Parameters,
): { readonly orderBy: string; readonly after: string } {
  const keyset = columnKeyset(order, {
    column: (field) => columnOf(model, field),
    id: 't."id"',
    nullable: (field) => !knownAttribute(model, field).required,
  });
  return {
    orderBy: keyset.orderBy,
    after: after === undefined ? '' : ` AND ${keyset.after(after, parameters.add)}`,
  };
}
