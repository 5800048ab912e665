import type { Document as BsonDocument } from 'mongodb';
import { checkField } from '../filter/checked-filter.ts';
import { type KeysetPosition, positionValues } from '../filter/keyset.ts';
import type { SortOrder } from '../filter/port.ts';
import type { SortValue } from '../filter/sort.ts';
import { pathOf } from './mongo-document.ts';
import { projectionOf } from './mongo-reading.ts';

export interface MongoPage {
  readonly orderBy: SortOrder;
  readonly after: KeysetPosition | undefined;
  readonly limit: number;
  readonly fields?: readonly string[] | undefined;
}

const sortable = ['int', 'long', 'double', 'decimal', 'string', 'bool'];

/**
 * The stages that order what was matched and cut the page: nulls last in either direction, ties by id. BSON's own order of types, number before
 * string before boolean, is the algebra's; objects and arrays, which have no order there, become null.
 * @throws CodedError CURSOR_INVALID when the position does not belong to the order.
 */
export function pageStages({ orderBy, after, limit, fields }: MongoPage): BsonDocument[] {
  for (const { field } of orderBy) checkField(field);
  const keys = orderBy.map(({ field, direction }, index) => ({
    value: `k${index}`,
    last: `n${index}`,
    path: `$${pathOf(field)}`,
    direction,
  }));
  const values = Object.fromEntries(
    keys.map(({ value, path }) => [value, { $cond: [{ $in: [{ $type: path }, sortable] }, path, null] }]),
  );
  const lasts = Object.fromEntries(
    keys.map(({ value, last }) => [last, { $cond: [{ $eq: [`$${value}`, null] }, 1, 0] }]),
  );
  const sort = Object.fromEntries([
    ...keys.flatMap(({ value, last, direction }) => [
      [last, 1] as const,
      [value, direction === 'asc' ? 1 : -1] as const,
    ]),
    ['id', 1] as const,
  ]);
  const computed = keys.length === 0 ? [] : [{ $addFields: values }, { $addFields: lasts }];
  const behind = after === undefined ? [] : [{ $match: afterMatch(keys, positionOf(orderBy, after)) }];
  return [...computed, ...behind, { $sort: sort }, { $limit: limit }, { $project: projectionOf(fields) }];
}

interface SortKey {
  readonly value: string;
  readonly last: string;
  readonly direction: 'asc' | 'desc';
}

interface Position {
  readonly values: readonly SortValue[];
  readonly id: string;
}

function positionOf(orderBy: SortOrder, after: KeysetPosition): Position {
  return { values: positionValues(orderBy, after), id: after.id };
}

function afterMatch(keys: readonly SortKey[], { values, id }: Position): BsonDocument {
  // An index has ranges of a plain condition, and none of an expression.
  if (keys.length === 0) return { id: { $gt: id } };
  const behindTies: BsonDocument = { $gt: ['$id', { $literal: id }] };
  return {
    $expr: keys.reduceRight((rest, key, index) => afterKey(key, values[index] ?? null, rest), behindTies),
  };
}

/** Lexicographic "greater": beyond in this key, or equal in it and after in the rest. */
function afterKey({ value, last, direction }: SortKey, at: SortValue, rest: BsonDocument): BsonDocument {
  const isLast: BsonDocument = { $eq: [`$${last}`, 1] };
  if (at === null) return { $and: [isLast, rest] };
  const operator = direction === 'asc' ? '$gt' : '$lt';
  const literal = { $literal: at };
  const beyond: BsonDocument = { [operator]: [`$${value}`, literal] };
  const tie: BsonDocument = { $and: [{ $eq: [`$${value}`, literal] }, rest] };
  return { $or: [isLast, beyond, tie] };
}
