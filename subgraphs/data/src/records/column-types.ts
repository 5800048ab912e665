import { type Attribute, holdsId, type ScalarType } from '../models/model.ts';

/** The schema that holds the tables of all relational models. */
export const dataSchema = 'data';

/** What a table's column of each scalar is. Text sorts by code point, as it does in memory and in documents. */
const columnTypes: Readonly<Record<ScalarType, string>> = {
  String: 'text COLLATE "C"',
  ID: 'text COLLATE "C"',
  Int: 'integer',
  Float: 'double precision',
  Boolean: 'boolean',
  DateTime: 'timestamp(3) with time zone',
  JSON: 'jsonb',
};

/** The declaration of an attribute's column: `text COLLATE "C"`. */
export function columnType(attribute: Attribute): string {
  return holdsId(attribute) ? 'uuid' : columnTypes[attribute.type];
}

/** Only the type, as casts and `pg_catalog` have it: `text`. */
export function bareType(attribute: Attribute): string {
  return columnType(attribute).replace(' COLLATE "C"', '');
}
