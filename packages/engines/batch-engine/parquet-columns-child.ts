import type {
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  DuckDBType,
  DuckDBTypeId as TypeId,
} from '@duckdb/node-api';
import { containThisProcess } from '../contained-process/contain-this-process.ts';
import { DuckDBInstance, DuckDBTypeId } from './duckdb.ts';
import { list } from './embedded-sql.ts';
import type { FromParquetReader, ParquetColumn, ToParquetReader } from './parquet-columns.ts';
import { type ParquetElement, type ParquetKind, parquetElements } from './parquet-elements.ts';
import { quoted } from './spark-sql-text.ts';

// The process that tells an engine elsewhere what the columns of Parquet files are: it reads the schemas of these, and knows no other file, no address and no setting.

containThisProcess();
const send = (message: FromParquetReader): unknown => process.send?.(message);

process.on('message', ({ paths }: ToParquetReader) => {
  columnsOf(paths).then(
    (columns) => send({ columns }),
    // Whoever asks has a fault of its own to tell.
    () => send({ columns: [] }),
  );
});
send({ ready: true });

async function columnsOf(paths: readonly string[]): Promise<readonly ParquetColumn[]> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '128MB',
    threads: '1',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  for (const setting of [
    `allowed_paths = ${list(paths)}`,
    'enable_external_access = false',
    'lock_configuration = true',
  ])
    await connection.run(`SET ${setting}`);
  const all = await parquetElements(connection, paths);
  const rows = await connection.prepare(`SELECT * FROM read_parquet(${list(paths)})`);
  return Array.from({ length: rows.columnCount }, (_, at) => {
    const name = rows.columnName(at);
    const elements = all.filter(({ column }) => column === name);
    // Of two that differ in letter case alone DuckDB calls one otherwise.
    if (elements.length === 0) throw new Error(`The files have no column ${name}.`);
    return columnOf(name, rows.columnType(at), elements);
  });
}

/** What Spark reads values as that it has no type for. */
const storedAs: Readonly<Partial<Record<ParquetKind, string>>> = {
  NANOSECONDS: 'BIGINT',
  TIME_MILLIS: 'INT',
  TIME_MICROS: 'BIGINT',
  TIME_NANOS: 'BIGINT',
  UUID: 'BINARY',
};

/** A column that is the same in all files, and has nothing inside that Spark cannot read, has a type. */
function columnOf(name: string, type: DuckDBType, elements: readonly ParquetElement[]): ParquetColumn {
  const [{ kind, isUtc } = { kind: 'PLAIN' as const, isUtc: false }] = elements;
  const inside = elements.find((element) => element.isWithin && element.kind !== 'PLAIN');
  if (inside !== undefined) return { name, kind: inside.kind, isUtc };
  if (elements.some((element) => !element.isWithin && element.kind !== kind))
    return { name, kind: 'MIXED', isUtc };
  const read = kind === 'PLAIN' ? sparkType(type) : storedAs[kind];
  return { name, kind: kind === 'PLAIN' && read === undefined ? 'UNKNOWN' : kind, isUtc, type: read };
}

const sparkTypes: Readonly<Partial<Record<TypeId, string>>> = {
  [DuckDBTypeId.BOOLEAN]: 'BOOLEAN',
  [DuckDBTypeId.TINYINT]: 'TINYINT',
  [DuckDBTypeId.SMALLINT]: 'SMALLINT',
  [DuckDBTypeId.INTEGER]: 'INT',
  [DuckDBTypeId.BIGINT]: 'BIGINT',
  // Spark has no numbers without a sign: each is of the next type that holds it.
  [DuckDBTypeId.UTINYINT]: 'SMALLINT',
  [DuckDBTypeId.USMALLINT]: 'INT',
  [DuckDBTypeId.UINTEGER]: 'BIGINT',
  [DuckDBTypeId.UBIGINT]: 'DECIMAL(20, 0)',
  [DuckDBTypeId.FLOAT]: 'FLOAT',
  [DuckDBTypeId.DOUBLE]: 'DOUBLE',
  [DuckDBTypeId.DATE]: 'DATE',
  [DuckDBTypeId.TIMESTAMP]: 'TIMESTAMP',
  [DuckDBTypeId.TIMESTAMP_TZ]: 'TIMESTAMP',
  [DuckDBTypeId.VARCHAR]: 'STRING',
  [DuckDBTypeId.BLOB]: 'BINARY',
};

function sparkType(type: DuckDBType): string | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return `DECIMAL(${width}, ${scale})`;
    }
    case DuckDBTypeId.LIST:
      return nestedType('ARRAY', [sparkType((type as DuckDBListType).valueType)]);
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      return nestedType('MAP', [sparkType(keyType), sparkType(valueType)]);
    }
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const fields = entryTypes.map((inner, at) => {
        const found = sparkType(inner);
        return found === undefined ? undefined : `${quoted(entryNames[at] ?? '')}: ${found}`;
      });
      return nestedType('STRUCT', fields);
    }
    default:
      return sparkTypes[type.typeId];
  }
}

function nestedType(kind: string, inner: readonly (string | undefined)[]): string | undefined {
  return inner.includes(undefined) ? undefined : `${kind}<${inner.join(', ')}>`;
}
