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
import { isTold, toldMoment } from './told-moment.ts';

/**
 * A nested value as JSON. Its numbers are numbers with all their digits, as Spark's `to_json` writes them; the binding's own converter makes texts of these.
 * Moments are RFC 3339, as where they are a column of their own. NaN and infinity, which JSON has no words for, are the texts "NaN" and "Infinity", or stand as such for who is to find them: then it is no JSON.
 */
export function nestedJson(value: DuckDBValue, type: DuckDBType, standsAsSuch = false): string {
  if (value === null) return 'null';
  // To the engine a kind of text.
  if (type.alias === 'JSON') return standsAsSuch ? String(value) : toldNumbers(String(value));
  switch (type.typeId) {
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.DECIMAL:
      return String(value);
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return standsAsSuch || Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
    // As where they are a column of their own, and as Spark's `to_json` has them: the binding would write an escape for each byte that is no letter.
    case DuckDBTypeId.BLOB:
      return JSON.stringify(Buffer.from((value as DuckDBBlobValue).bytes).toString('base64'));
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY: {
      const { valueType } = type as DuckDBListType | DuckDBArrayType;
      const { items } = value as DuckDBListValue | DuckDBArrayValue;
      return `[${items.map((item) => nestedJson(item, valueType, standsAsSuch)).join()}]`;
    }
    case DuckDBTypeId.STRUCT: {
      const { entries } = value as DuckDBStructValue;
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const texts = entryTypes.map((inner, at) => {
        const name = entryNames[at] ?? '';
        return `${JSON.stringify(name)}:${nestedJson(entries[name] ?? null, inner, standsAsSuch)}`;
      });
      return `{${texts.join()}}`;
    }
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      const texts = (value as DuckDBMapValue).entries.map(
        (entry) =>
          `{"key":${nestedJson(entry.key, keyType, standsAsSuch)},"value":${nestedJson(entry.value, valueType, standsAsSuch)}}`,
      );
      return `[${texts.join()}]`;
    }
    case DuckDBTypeId.UNION: {
      const { tag, value: held } = value as DuckDBUnionValue;
      const inner = (type as DuckDBUnionType).memberTypeForTag(tag);
      return `{"tag":${JSON.stringify(tag)},"value":${nestedJson(held, inner, standsAsSuch)}}`;
    }
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
    case DuckDBTypeId.TIMESTAMP_TZ: {
      const moment = String(value);
      return JSON.stringify(isTold(moment) ? toldMoment(moment) : moment);
    }
    default:
      return JSON.stringify(JsonDuckDBValueConverter(value, type, JsonDuckDBValueConverter));
  }
}

/** JSON as DuckDB writes it, with NaN and infinity as texts. */
function toldNumbers(json: string): string {
  if (!/NaN|Infinity/.test(json)) return json;
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity)/g, (part) =>
    part.startsWith('"') ? part : `"${part}"`,
  );
}
