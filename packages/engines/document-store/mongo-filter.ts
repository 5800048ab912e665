import type { Document as BsonDocument } from 'mongodb';
import { checkFilter } from '../filter/checked-filter.ts';
import type { Comparison, Filter, FilterValue } from '../filter/port.ts';
import { pathOf, scalarTypes } from './mongo-document.ts';

/** Where MongoDB looks into arrays, the algebra does not: an array is equal to nothing, and has no order. */
const single = { $not: { $type: 'array' } } as const;
/** Unique indexes hold documents by these types: only a condition that names them may use one. */
const scalar = { $type: scalarTypes, ...single } as const;
const nothing = { $nor: [{}] } as const;

/**
 * The filter as MongoDB's query language, holding for exactly the documents that `compileFilter` holds for. Ranges there compare values of one type, and
 * text by its bytes, as the algebra does.
 * @throws CodedError BAD_USER_INPUT when the filter is beyond the limits of `checkFilter`.
 */
export function filterToMongo(filter: Filter): BsonDocument {
  checkFilter(filter);
  return query(filter);
}

function query(filter: Filter): BsonDocument {
  switch (filter.kind) {
    case 'and':
      return filter.filters.length === 0 ? {} : { $and: filter.filters.map(query) };
    case 'or':
      return filter.filters.length === 0 ? nothing : { $or: filter.filters.map(query) };
    case 'not':
      return { $nor: [query(filter.filter)] };
    case 'compare':
      return comparison(pathOf(filter.field), filter.op, filter.value);
    case 'in':
      return {
        [pathOf(filter.field)]: {
          $in: [...filter.values],
          ...(filter.values.includes(null) ? single : scalar),
        },
      };
    case 'text': {
      const pattern = [...filter.value].map((letter) => literal(letter, filter.ignoreCase)).join('');
      const $regex = filter.op === 'startsWith' ? `^${pattern}` : pattern;
      return { [pathOf(filter.field)]: { $type: 'string', $regex, ...single } };
    }
  }
}

const operators: Readonly<Record<Exclude<Comparison, 'ne'>, string>> = {
  eq: '$eq',
  lt: '$lt',
  lte: '$lte',
  gt: '$gt',
  gte: '$gte',
};

function comparison(path: string, op: Comparison, value: FilterValue): BsonDocument {
  if (op === 'ne') return { $nor: [comparison(path, 'eq', value)] };
  // Null is equal to a missing field as well, and to an empty place in an array; it is before or after nothing.
  if (value === null) return op === 'eq' ? { [path]: { $eq: null, ...single } } : nothing;
  return { [path]: { [operators[op]]: value, ...scalar } };
}

/** A letter that stands for itself; A–Z alone have another case, as `foldCase` has it. */
function literal(letter: string, ignoreCase: boolean): string {
  if (ignoreCase && /[A-Za-z]/.test(letter)) return `[${letter.toLowerCase()}${letter.toUpperCase()}]`;
  return /[!-/:-@[-`{-~\s]/.test(letter) ? `\\${letter}` : letter;
}
