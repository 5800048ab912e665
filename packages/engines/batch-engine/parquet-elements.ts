import type { DuckDBConnection } from '@duckdb/node-api';
import { list } from './embedded-sql.ts';

/** What a value of a Parquet file is where some engine reads it otherwise than as it is, or not at all. */
export type ParquetKind =
  | 'PLAIN'
  | 'NANOSECONDS'
  | 'TIME_MILLIS'
  | 'TIME_MICROS'
  | 'TIME_NANOS'
  | 'UUID'
  | 'INTERVAL'
  | 'HALF_FLOAT'
  | 'WIDE_DECIMAL'
  /** One thing in one file, another in the next. */
  | 'MIXED'
  | 'UNKNOWN';

export interface ParquetElement {
  /** The column that it is of, or within. */
  readonly column: string;
  readonly isWithin: boolean;
  readonly kind: ParquetKind;
  /** Of times: whether they are told in UTC. */
  readonly isUtc: boolean;
}

/** DuckDB's, and Spark's. */
const mostDigits = 38;

/** All elements of the schemas of these files, file after file, those that hold others as well. */
export async function parquetElements(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<readonly ParquetElement[]> {
  const reader = await connection.runAndReadAll(
    `SELECT name, num_children, precision, type, converted_type, logical_type FROM parquet_schema(${list(paths)})`,
  );
  const elements: ParquetElement[] = [];
  // Depth first, an element before its children (Parquet's thrift definition, SchemaElement): how many are still to come, level by level.
  const awaited: number[] = [];
  let column = '';
  for (const [element, children, precision, ...types] of reader.getRows()) {
    if (awaited.length === 1) column = String(element);
    // The first of a file is the root.
    if (awaited.length > 0) {
      awaited[awaited.length - 1] = (awaited.at(-1) ?? 0) - 1;
      const [physical = '', converted = '', logical = ''] = types.map((type) => String(type ?? ''));
      const kind =
        Number(precision ?? 0) > mostDigits ? 'WIDE_DECIMAL' : kindOf({ physical, converted, logical });
      const isUtc = logical.includes('isAdjustedToUTC=1');
      elements.push({ column, isWithin: awaited.length > 1, kind, isUtc });
    }
    if (Number(children ?? 0) > 0) awaited.push(Number(children));
    while (awaited.at(-1) === 0) awaited.pop();
  }
  return elements;
}

/** As Parquet names types (LogicalTypes.md): the logical one, and the converted one of files that are older than those. */
function kindOf(type: {
  readonly physical: string;
  readonly converted: string;
  readonly logical: string;
}): ParquetKind {
  const { physical, converted, logical } = type;
  const isInNanoseconds = logical.includes('NANOS=NanoSeconds');
  if (logical.startsWith('TimestampType')) return isInNanoseconds ? 'NANOSECONDS' : 'PLAIN';
  if (logical.startsWith('TimeType') || converted.startsWith('TIME_M')) {
    if (physical === 'INT32') return 'TIME_MILLIS';
    return isInNanoseconds ? 'TIME_NANOS' : 'TIME_MICROS';
  }
  if (logical.startsWith('UUIDType')) return 'UUID';
  if (logical.startsWith('Float16Type')) return 'HALF_FLOAT';
  return converted === 'INTERVAL' ? 'INTERVAL' : 'PLAIN';
}

const unknown = ['values of a type that is not known here', 'write them as texts'] as const;

const held: Readonly<Record<ParquetKind, readonly [what: string, instead: string]>> = {
  WIDE_DECIMAL: [
    `decimals of more than ${mostDigits} digits`,
    `write it with ${mostDigits} or fewer, or as texts`,
  ],
  INTERVAL: ['intervals', 'write them as numbers or as texts'],
  HALF_FLOAT: ['floating-point numbers of 16 bits', 'write them with 32 bits or more'],
  NANOSECONDS: ['moments in nanoseconds inside of a nested value', 'write them in microseconds'],
  TIME_MILLIS: ['times of day inside of a nested value', 'write them as texts'],
  TIME_MICROS: ['times of day inside of a nested value', 'write them as texts'],
  TIME_NANOS: ['times of day inside of a nested value', 'write them as texts'],
  UUID: ['UUIDs inside of a nested value', 'write them as texts'],
  MIXED: ['values of several types, by its files', 'write all of them with one type'],
  PLAIN: unknown,
  UNKNOWN: unknown,
};

/** What whoever asks for a column is told that cannot be read, while the others can. */
export function unreadable(table: string, column: string, kind: ParquetKind): string {
  const [what, instead] = held[kind];
  return `The column ${column} of the table ${table} has ${what}, which cannot be read: ${instead}.`;
}
