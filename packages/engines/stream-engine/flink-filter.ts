import { CodedError } from '@tributary/runtime';
import { checkFilter } from '../filter/checked-filter.ts';
import type { Filter, FilterValue } from '../filter/port.ts';
import { combineSql, comparisonOperators, type FilterLeaf } from '../filter/sql.ts';
import { numberIn, sqlText } from './flink-text.ts';

/** The columns of a field: its JSON text, and its value as text. */
export interface FilterColumns {
  readonly json: (field: string) => string;
  readonly text: (field: string) => string;
}

/**
 * A boolean expression of Flink SQL that is TRUE exactly for the rows the filter holds for. Types never convert, as the algebra wants it: the JSON text tells
 * them apart. Flink orders texts by their UTF-8 bytes, which is the order of code points.
 * @throws CodedError BAD_USER_INPUT when the filter is beyond the limits of `checkFilter`
 */
export function filterToFlinkSql(filter: Filter, columns: FilterColumns): string {
  checkFilter(filter);
  return combineSql(filter, (leaf) => leafSql(leaf, columns));
}

function leafSql(leaf: FilterLeaf, columns: FilterColumns): string {
  const json = columns.json(leaf.field);
  const text = columns.text(leaf.field);
  const isText = `(${json} LIKE '"%')`;
  const equals = (value: FilterValue): string => {
    if (value === null) return `(${json} IS NULL OR ${json} = 'null')`;
    if (typeof value === 'string') return `(${isText} AND ${text} = ${sqlText(value)})`;
    return typeof value === 'number'
      ? `(${numberIn(json)} = ${numberSql(value)})`
      : `(${json} = '${String(value)}')`;
  };
  switch (leaf.kind) {
    case 'compare': {
      const { op, value } = leaf;
      if (op === 'eq') return equals(value);
      if (op === 'ne') return `(${equals(value)} IS NOT TRUE)`;
      if (typeof value === 'string')
        return `(${isText} AND ${text} ${comparisonOperators[op]} ${sqlText(value)})`;
      if (typeof value === 'number')
        return `(${numberIn(json)} ${comparisonOperators[op]} ${numberSql(value)})`;
      if (value === null) return 'FALSE';
      const rank = `CASE ${json} WHEN 'false' THEN 0 WHEN 'true' THEN 1 END`;
      return `(${rank} ${comparisonOperators[op]} ${Number(value)})`;
    }
    case 'in':
      return leaf.values.length === 0 ? 'FALSE' : `(${leaf.values.map(equals).join(' OR ')})`;
    case 'text': {
      const { value, op, ignoreCase } = leaf;
      const fold = (of: string): string =>
        ignoreCase ? `TRANSLATE(${of}, ${sqlText(capitals)}, ${sqlText(capitals.toLowerCase())})` : of;
      const at = `POSITION(${fold(sqlText(value))} IN ${fold(text)})`;
      return `(${isText} AND ${op === 'contains' ? `${at} > 0` : `${at} = 1`})`;
    }
  }
}

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A number that Flink reads as a DOUBLE of the same bits. @throws CodedError MODEL_INVALID for what is no number */
export function numberSql(value: number): string {
  if (!Number.isFinite(value)) throw new CodedError('MODEL_INVALID', 'A filter compares with no number.');
  return `CAST('${value}' AS DOUBLE)`;
}
