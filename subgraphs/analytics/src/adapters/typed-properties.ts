import { intBound, momentPattern } from '@tributary/engines/stream-engine/value-type';
import type { EventType, FieldType } from '../domain/row-type.ts';

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A property where it is of a type, and SQL's null where it is not, by the rule of metrics (`typedRows`): numbers and truths are texts where these are declared. */
const typed: Readonly<Record<FieldType, (value: string, text: string) => string>> = {
  String: textSql,
  ID: textSql,
  Int: (value, text) =>
    `CASE WHEN jsonb_typeof(${value}) = 'number' THEN CASE WHEN trunc((${text})::numeric) = (${text})::numeric AND abs((${text})::numeric) < ${intBound} THEN ${value} END END`,
  Float: (value) => `CASE WHEN jsonb_typeof(${value}) = 'number' THEN ${value} END`,
  Boolean: (value) => `CASE WHEN jsonb_typeof(${value}) = 'boolean' THEN ${value} END`,
  DateTime: (value, text) =>
    `CASE WHEN jsonb_typeof(${value}) = 'string' AND ${text} ~ ${literal(momentPattern)} THEN ${value} END`,
};

function textSql(value: string, text: string): string {
  return `CASE jsonb_typeof(${value}) WHEN 'string' THEN ${value} WHEN 'number' THEN to_jsonb(${text}) WHEN 'boolean' THEN to_jsonb(${text}) END`;
}

/**
 * The properties of an event as an object of SQL, each of the type its kind is declared with: events stay as they were told, and what was told by another declaration is null here rather than
 * cast by who reads it.
 */
export function typedProperties({ fields }: EventType): string {
  const members = fields.flatMap(({ name, type }) => {
    const property = literal(name);
    return [property, typed[type](`properties -> ${property}`, `properties ->> ${property}`)];
  });
  return `properties || jsonb_build_object(${members.join(', ')})`;
}
