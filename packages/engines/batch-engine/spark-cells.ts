import { type RecordBatch, tableFromIPC, type Vector } from 'apache-arrow';
import type { BatchCell, BatchColumn, BatchColumnType, BatchRow } from './port.ts';
import type { SparkField } from './spark-session.ts';
import { isTold, refuseMoment, type UntoldMoment } from './told-moment.ts';

const types: Readonly<Record<string, BatchColumnType>> = {
  boolean: 'BOOLEAN',
  byte: 'INT',
  short: 'INT',
  integer: 'INT',
  long: 'BIGINT',
  float: 'DOUBLE',
  double: 'DOUBLE',
  decimal: 'DECIMAL',
  string: 'STRING',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestampNtz: 'TIMESTAMP',
  binary: 'BINARY',
  array: 'JSON',
  struct: 'JSON',
  map: 'JSON',
};

/** The port's name of Spark's type; what has none (intervals, times of day) is its text. */
export function batchColumn({ name, kind }: SparkField): BatchColumn {
  return { name, type: (Object.hasOwn(types, kind) ? types[kind] : undefined) ?? 'STRING' };
}

/** Whether its values are objects, lists or maps. */
export const isNested = (field: SparkField): boolean => batchColumn(field).type === 'JSON';

/** Fields without a value stand there as null, as in the embedded engine. */
export function jsonOf(column: string): string {
  return `to_json(${column}, map('ignoreNullFields', 'false'))`;
}

/** What Spark is to make of a column before it sends it: nested values are JSON, what has no type here is text. */
export function sendable(column: string, { kind }: SparkField): string {
  if (!Object.hasOwn(types, kind)) return `CAST(${column} AS STRING)`;
  return types[kind] === 'JSON' ? jsonOf(column) : column;
}

export const isSentAsItIs = (field: SparkField): boolean => sendable('', field) === '';

/** Rows of one piece of an answer, an Arrow stream. */
export function rowsOf(
  piece: Uint8Array,
  columns: readonly BatchColumn[],
  untold: UntoldMoment = refuseMoment,
): readonly BatchRow[] {
  return tableFromIPC(piece).batches.flatMap((batch) => rowsOfBatch(batch, columns, untold));
}

function rowsOfBatch(batch: RecordBatch, columns: readonly BatchColumn[], untold: UntoldMoment): BatchRow[] {
  const readers = columns.map((column, at) => readerOf(batch.getChildAt(at), column, untold));
  return Array.from({ length: batch.numRows }, (_, row) => readers.map((read) => read(row)));
}

function readerOf(
  vector: Vector | null,
  { name, type }: BatchColumn,
  untold: UntoldMoment,
): (row: number) => BatchCell {
  if (vector === null) return () => null;
  const [data] = vector.data;
  const stored = { values: data?.values, offset: data?.offset ?? 0 };
  const read = reading(vector, type, { ...stored, untold: (text) => untold(text, name) });
  return (row) => (vector.isValid(row) ? read(row) : null);
}

/** Values of times and decimals are read as they are stored (Arrow columnar format, "fixed-width layouts"): what the library makes of them is rounded. */
function reading(
  vector: Vector,
  type: BatchColumnType,
  {
    values,
    offset,
    untold,
  }: { readonly values: unknown; readonly offset: number; readonly untold: (text: string) => string },
): (row: number) => BatchCell {
  switch (type) {
    case 'DATE': {
      const days = values as Int32Array;
      return (row) => {
        const day = days[offset + row] ?? 0;
        return isoText(day * 86_400_000)?.slice(0, 10) ?? untold(`${day} days after 1970`);
      };
    }
    case 'TIMESTAMP': {
      const micros = values as BigInt64Array;
      return (row) => {
        const moment = micros[offset + row] ?? 0n;
        return timestamp(moment) ?? untold(`${moment} microseconds after 1970`);
      };
    }
    case 'DECIMAL': {
      const words = values as Uint32Array;
      const scale = (vector.type as { readonly scale: number }).scale;
      return (row) => decimal(words.subarray((offset + row) * 4, (offset + row) * 4 + 4), scale);
    }
    case 'BIGINT':
      return (row) => BigInt(vector.get(row) as bigint | number);
    default:
      return (row) => vector.get(row) as BatchCell;
  }
}

/** Undefined beyond what the port can tell. */
function isoText(ms: number): string | undefined {
  const moment = new Date(ms);
  const text = Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
  return isTold(text) ? text : undefined;
}

/** Microseconds since 1970 as RFC 3339, with as many digits of a second as there are. */
function timestamp(micros: bigint): string | undefined {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = isoText(Number((micros - rest) / 1_000n))?.slice(0, -5);
  if (seconds === undefined) return undefined;
  const digits = String(rest).padStart(6, '0').replace(/0+$/, '');
  return `${seconds}${digits === '' ? '' : `.${digits}`}Z`;
}

/** Four words, the lowest first, as a signed number of 128 bits. */
function decimal(words: Uint32Array, scale: number): string {
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) + BigInt(word), 0n);
  const value = BigInt.asIntN(128, unsigned);
  const sign = value < 0n ? '-' : '';
  const text = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}
