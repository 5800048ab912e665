import type {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBType,
  DuckDBUnionType,
  DuckDBUnionValue,
  DuckDBValue,
} from '@duckdb/node-api';
import { DuckDBTypeId, JsonDuckDBValueConverter } from './duckdb.ts';

/** A nested value as JSON. Its numbers are numbers with all their digits, as Spark's `to_json` writes them; the binding's own converter makes texts of these. */
export function nestedJson(value: DuckDBValue, type: DuckDBType): string {
  if (value === null) return 'null';
  switch (type.typeId) {
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.DECIMAL:
      return String(value);
    // As where they are a column of their own, and as Spark's `to_json` has them: the binding would write an escape for each byte that is no letter.
    case DuckDBTypeId.BLOB:
      return JSON.stringify(Buffer.from((value as DuckDBBlobValue).bytes).toString('base64'));
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY: {
      const { valueType } = type as DuckDBListType | DuckDBArrayType;
      const { items } = value as DuckDBListValue | DuckDBArrayValue;
      return `[${items.map((item) => nestedJson(item, valueType)).join()}]`;
    }
    case DuckDBTypeId.STRUCT: {
      const { entries } = value as DuckDBStructValue;
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const texts = entryTypes.map((inner, at) => {
        const name = entryNames[at] ?? '';
        return `${JSON.stringify(name)}:${nestedJson(entries[name] ?? null, inner)}`;
      });
      return `{${texts.join()}}`;
    }
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      const texts = (value as DuckDBMapValue).entries.map(
        (entry) => `{"key":${nestedJson(entry.key, keyType)},"value":${nestedJson(entry.value, valueType)}}`,
      );
      return `[${texts.join()}]`;
    }
    case DuckDBTypeId.UNION: {
      const { tag, value: held } = value as DuckDBUnionValue;
      const inner = (type as DuckDBUnionType).memberTypeForTag(tag);
      return `{"tag":${JSON.stringify(tag)},"value":${nestedJson(held, inner)}}`;
    }
    default:
      return JSON.stringify(JsonDuckDBValueConverter(value, type, JsonDuckDBValueConverter));
  }
}
