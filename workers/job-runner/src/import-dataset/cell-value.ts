import { CodedError } from '@tributary/runtime';

/** What stands in a cell: text in CSV, any JSON in the other formats. */
export type Cell = unknown;

export interface CellPlace {
  /** The scalar the model wants. */
  readonly type: string;
  readonly column: string;
}

const integer = /^[+-]?\d{1,15}$/;
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;
/** RFC 3339, and what spreadsheets and dumps write for it; without an offset it is UTC. */
const moment =
  /^(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d{1,9})?))?\s*(Z|[+-]\d\d:\d\d)?)?$/i;

/**
 * The value of a cell as the graph takes it: null for an empty one. Nothing is guessed: text that is no number stays no number.
 * @throws CodedError BAD_USER_INPUT naming the column
 */
export function cellValue(cell: Cell, { type, column }: CellPlace): unknown {
  if (cell === undefined || cell === null || cell === '') return null;
  if (typeof cell !== 'string')
    return type === 'DateTime' ? wrong(column, 'is no moment') : otherValue(cell, type);
  const text = cell.trim();
  switch (type) {
    case 'Int':
      return integer.test(text) ? Number(text) : wrong(column, 'is no whole number');
    case 'Float':
      return decimal.test(text) ? Number(text) : wrong(column, 'is no number');
    case 'Boolean':
      if (/^(true|t|yes|1)$/i.test(text)) return true;
      return /^(false|f|no|0)$/i.test(text) ? false : wrong(column, 'is neither true nor false');
    case 'DateTime':
      return momentOf(text) ?? wrong(column, 'is no moment');
    case 'JSON':
      return jsonOf(text, column);
    default:
      return cell;
  }
}

/** JSON has types of its own; the graph refuses those that do not fit. A number for a text is written out. */
function otherValue(cell: unknown, type: string): unknown {
  return (type === 'String' || type === 'ID') && typeof cell === 'number' ? String(cell) : cell;
}

function momentOf(text: string): string | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00', offset = 'Z'] =
    moment.exec(text) ?? [];
  if (year === undefined) return undefined;
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset.toUpperCase()}`);
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString();
}

function jsonOf(text: string, column: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return wrong(column, 'is no JSON');
  }
}

function wrong(column: string, fault: string): never {
  throw new CodedError('BAD_USER_INPUT', `${column} ${fault}.`);
}
