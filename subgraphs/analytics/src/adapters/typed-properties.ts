import { intBound, momentPattern } from '@tributary/engines/stream-engine/value-type';
import type { EventType, FieldType, RowField } from '../domain/row-type.ts';

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const isOf = (type: string, value: string): string =>
  `coalesce(jsonb_typeof(${value}), 'null') IN ('null', '${type}')`;
const isInt = (value: string): string =>
  `(${value})::numeric % 1 = 0 AND abs((${value})::numeric) < ${intBound}`;
const isMoment = (text: string): string => `${text} ~ ${literal(momentPattern)}`;

interface TypeSql {
  /** Whether a property, the JSON and the text of it, is of the type, or is none; cheap, and now and then false for one that is. */
  readonly isSurely: (value: string, text: string) => string;
  /** The property where it is of the type, else SQL's null. */
  readonly typed: (value: string, text: string) => string;
}

const texts: TypeSql = {
  isSurely: (value) => isOf('string', value),
  typed: (value, text) =>
    `CASE jsonb_typeof(${value}) WHEN 'string' THEN ${value} WHEN 'number' THEN to_jsonb(${text}) WHEN 'boolean' THEN to_jsonb(${text}) END`,
};

/** As `track` stores moments, of a day that each month has: the whole pattern takes longer. */
const isUsualMoment = (text: string): string =>
  `${text} > '0001' AND ${text} ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][.][0-9]{3}Z$'`;
/** As most are: reckoning with each takes twice as long. */
const isUsualInt = (text: string): string => `length(${text}) < 10 AND position('.' in ${text}) = 0`;

const types: Readonly<Record<FieldType, TypeSql>> = {
  String: texts,
  ID: texts,
  Int: {
    isSurely: (value, text) =>
      `CASE coalesce(jsonb_typeof(${value}), 'null') WHEN 'null' THEN true WHEN 'number' THEN ${isUsualInt(text)} ELSE false END`,
    typed: (value) =>
      `CASE WHEN jsonb_typeof(${value}) = 'number' THEN CASE WHEN ${isInt(value)} THEN ${value} END END`,
  },
  Float: {
    isSurely: (value) => isOf('number', value),
    typed: (value) => `CASE WHEN jsonb_typeof(${value}) = 'number' THEN ${value} END`,
  },
  Boolean: {
    isSurely: (value) => isOf('boolean', value),
    typed: (value) => `CASE WHEN jsonb_typeof(${value}) = 'boolean' THEN ${value} END`,
  },
  DateTime: {
    isSurely: (value, text) =>
      `CASE coalesce(jsonb_typeof(${value}), 'null') WHEN 'null' THEN true WHEN 'string' THEN ${isUsualMoment(text)} ELSE false END`,
    typed: (value, text) =>
      `CASE WHEN jsonb_typeof(${value}) = 'string' AND ${isMoment(text)} THEN ${value} END`,
  },
};

/**
 * The properties of an event as an object of SQL, each of the type its kind is declared with, by the rule of metrics (`typedRows`): events stay as they were told, and what was told by another
 * declaration is null here rather than cast by who reads it. Most are as they are declared, and are handed over as they are: to make an object of each would take twice as long and more.
 */
export function typedProperties({ fields }: EventType): string {
  if (fields.length === 0) return 'properties';
  const parts = fields.map(({ name, type }) => {
    const { value, text } = sqlOf(name);
    return {
      isSurely: types[type].isSurely(value, text),
      member: `${literal(name)}, ${types[type].typed(value, text)}`,
    };
  });
  const areSurely = parts.map((part) => part.isSurely).join(' AND ');
  const members = parts.map(({ member }) => member).join(', ');
  return `CASE WHEN ${areSurely} THEN properties ELSE properties || jsonb_build_object(${members}) END`;
}

/** One of them alone, as JSON; SQL's null where it is not of its type. */
export function typedProperty({ name, type }: Pick<RowField, 'name' | 'type'>): string {
  const { value, text } = sqlOf(name);
  return types[type].typed(value, text);
}

function sqlOf(name: string): { readonly value: string; readonly text: string } {
  return { value: `(properties -> ${literal(name)})`, text: `(properties ->> ${literal(name)})` };
}
