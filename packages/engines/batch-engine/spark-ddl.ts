import type { SparkType } from './spark-session.ts';
import { quoted } from './spark-sql-text.ts';

interface WireType {
  readonly elementType?: SparkType;
  readonly fields?: readonly { readonly name?: string; readonly dataType?: SparkType }[];
}

const names: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  long: 'BIGINT',
  // Whole numbers beyond BIGINT: those with a fraction are doubles.
  decimal: 'DECIMAL(38, 0)',
  double: 'DOUBLE',
};

/** A type that Spark found in JSON as it is written in a schema; what has none here is a text. */
export function ddlOf(type: SparkType): string {
  const [kind = '', of = {}] = Object.entries(type)[0] ?? [];
  const { elementType = {}, fields = [] } = of as WireType;
  if (kind === 'array') return `ARRAY<${ddlOf(elementType)}>`;
  if (kind !== 'struct') return names[kind] ?? 'STRING';
  const inner = fields.map(({ name = '', dataType = {} }) => `${quoted(name)}: ${ddlOf(dataType)}`);
  return `STRUCT<${inner.join(', ')}>`;
}
