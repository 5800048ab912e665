import { type GraphQLType, isEnumType, isNonNullType } from 'graphql';
import { boundsOf } from '../domain/broken-bound.ts';

/** A JSON Schema (2020-12, the dialect of OpenAPI 3.1), or any other part of the document. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas that are referred to by name; filled while the document is made. */
export type Components = Map<string, JsonSchema>;

const scalars: Readonly<Record<string, JsonSchema>> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Int: { type: 'integer', format: 'int32' },
  Float: { type: 'number', format: 'double' },
  Boolean: { type: 'boolean' },
  DateTime: { type: 'string', format: 'date-time' },
  Cursor: { type: 'string', description: 'Opaque; use it exactly as it was given.' },
  Base64: { type: 'string', contentEncoding: 'base64' },
  // Every type by name: readers of OpenAPI take a schema without one for a mistake.
  JSON: {
    type: ['boolean', 'number', 'string', 'array', 'object'],
    // Generators of clients leave a route out where an array does not say of what.
    items: {},
    description: 'Any JSON value, up to 32 levels deep.',
  },
};

/** A scalar that this list does not know travels as a string, as custom scalars do. */
export function scalarSchema(name: string): JsonSchema {
  return scalars[name] ?? { type: 'string' };
}

export function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** The schema of a type, with null allowed where the type allows it. */
export function orNull(type: GraphQLType, present: JsonSchema): JsonSchema {
  return isNonNullType(type) ? present : nullable(present, isEnumType(type) ? 'string' : 'object');
}

/** `referred` is what the schema elsewhere is of: readers of OpenAPI want a type beside each choice. */
function nullable(schema: JsonSchema, referred: 'string' | 'object'): JsonSchema {
  const { type } = schema;
  if (typeof type === 'string' || Array.isArray(type)) return { ...schema, type: [type, 'null'].flat() };
  return '$ref' in schema ? { type: [referred, 'null'], anyOf: [schema, { type: 'null' }] } : schema;
}

/** The bounds of a field, where its graph told them, and its description. */
export function fieldSchema(schema: JsonSchema, field: DescribedField): JsonSchema {
  return described({ ...schema, ...boundsOf(field) }, field.description);
}

export interface DescribedField {
  readonly description?: string | null | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** A description beside a reference is allowed in 3.1; an empty one is left out. */
export function described(schema: JsonSchema, description: string | null | undefined): JsonSchema {
  return description === undefined || description === null || description === ''
    ? schema
    : { ...schema, description };
}
