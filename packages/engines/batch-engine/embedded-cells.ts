import type { DuckDBType, DuckDBValue, DuckDBTypeId as TypeId } from '@duckdb/node-api';
import { DuckDBTypeId } from './duckdb.ts';
import { nestedJson } from './nested-json.ts';
import type { BatchCell, BatchColumnType } from './port.ts';
import { isTold, toldMoment } from './told-moment.ts';

const types: Readonly<Partial<Record<TypeId, BatchColumnType>>> = {
  [DuckDBTypeId.BOOLEAN]: 'BOOLEAN',
  [DuckDBTypeId.TINYINT]: 'INT',
  [DuckDBTypeId.SMALLINT]: 'INT',
  [DuckDBTypeId.INTEGER]: 'INT',
  [DuckDBTypeId.UTINYINT]: 'INT',
  [DuckDBTypeId.USMALLINT]: 'INT',
  [DuckDBTypeId.UINTEGER]: 'BIGINT',
  [DuckDBTypeId.BIGINT]: 'BIGINT',
  [DuckDBTypeId.UBIGINT]: 'BIGINT',
  // The sum of a BIGINT; exact here as well.
  [DuckDBTypeId.HUGEINT]: 'BIGINT',
  [DuckDBTypeId.UHUGEINT]: 'BIGINT',
  [DuckDBTypeId.FLOAT]: 'DOUBLE',
  [DuckDBTypeId.DOUBLE]: 'DOUBLE',
  [DuckDBTypeId.DECIMAL]: 'DECIMAL',
  [DuckDBTypeId.DATE]: 'DATE',
  [DuckDBTypeId.TIMESTAMP]: 'TIMESTAMP',
  [DuckDBTypeId.TIMESTAMP_S]: 'TIMESTAMP',
  [DuckDBTypeId.TIMESTAMP_MS]: 'TIMESTAMP',
  [DuckDBTypeId.TIMESTAMP_NS]: 'TIMESTAMP',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'TIMESTAMP',
  [DuckDBTypeId.BLOB]: 'BINARY',
  [DuckDBTypeId.LIST]: 'JSON',
  [DuckDBTypeId.STRUCT]: 'JSON',
  [DuckDBTypeId.MAP]: 'JSON',
  [DuckDBTypeId.ARRAY]: 'JSON',
  [DuckDBTypeId.UNION]: 'JSON',
};

/** The port's name of an engine type; what has none (times of day, intervals, enums, UUIDs) is its text. */
export function columnType(type: DuckDBType): BatchColumnType {
  if (type.alias === 'JSON') return 'JSON';
  return types[type.typeId] ?? 'STRING';
}

/** A value as the port promises it for a column of this type. A moment that cannot be told is what `untold` makes of it; numbers in what is nested that cannot be may stand as such. */
export function cell(
  value: DuckDBValue,
  type: DuckDBType,
  { untold, standsAsSuch }: { readonly untold: (text: string) => string; readonly standsAsSuch: boolean },
): BatchCell {
  if (value === null) return null;
  const kind = columnType(type);
  switch (kind) {
    case 'BOOLEAN':
    case 'INT':
    case 'DOUBLE':
      return value as boolean | number;
    case 'BIGINT':
      return BigInt(value as bigint | number);
    case 'TIMESTAMP': {
      const moment = String(value);
      return isTold(moment) ? toldMoment(moment) : untold(moment);
    }
    case 'DATE':
      return isTold(String(value)) ? String(value) : untold(String(value));
    case 'BINARY':
      return (value as { readonly bytes: Uint8Array }).bytes;
    case 'JSON':
      return nestedJson(value, type, standsAsSuch);
    default:
      return String(value);
  }
}
