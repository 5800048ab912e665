import { CodedError } from '@tributary/runtime';
import { parseDateTime } from '@tributary/subgraph-kit/date-time';
import { checkJson } from '@tributary/subgraph-kit/json';

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
/** GraphQL's Int (October 2021, §3.5.1). */
const int32 = 2 ** 31;

/**
 * The value of a cell as the graph takes it: null for an empty one. Nothing is guessed: text that is no number stays no number, and what
 * the graph would refuse is refused here, because there it would take the rows beside it along.
 * @throws CodedError BAD_USER_INPUT naming the column
 */
export function cellValue(cell: Cell, { type, column }: CellPlace): unknown {
  if (cell === undefined || cell === null || cell === '') return null;
  const value = typeof cell === 'string' ? ofText(cell, type, column) : ofJson(cell, type, column);
  return type === 'JSON' ? checkedJson(value, column) : value;
}

function ofText(cell: string, type: string, column: string): unknown {
  const text = cell.trim();
  switch (type) {
    case 'Int':
      return integer.test(text) ? int(Number(text), column) : wrong(column, 'is no whole number');
    case 'Float':
      return decimal.test(text) ? finite(Number(text), column) : wrong(column, noNumber(text));
    case 'Boolean':
      if (/^(true|t|yes|1)$/i.test(text)) return true;
      return /^(false|f|no|0)$/i.test(text) ? false : wrong(column, 'is neither true nor false');
    case 'DateTime':
      return momentOf(text) ?? wrong(column, noMoment(text));
    case 'JSON':
      return jsonOf(text, column);
    default:
      return cell;
  }
}

/** JSON and Parquet have types of their own. A number for a text is written out; nothing else is turned into another type. */
function ofJson(cell: unknown, type: string, column: string): unknown {
  switch (type) {
    case 'Int':
      return Number.isInteger(cell) ? int(cell as number, column) : wrong(column, 'is no whole number');
    case 'Float':
      return typeof cell === 'number' ? finite(cell, column) : wrong(column, 'is no number');
    case 'Boolean':
      return typeof cell === 'boolean' ? cell : wrong(column, 'is neither true nor false');
    case 'DateTime':
      return wrong(column, 'is no moment');
    case 'JSON':
      return cell;
    default:
      if (typeof cell !== 'number') return wrong(column, 'is no text');
      // A double has lost the digits that it cannot hold: another text would be kept than stands in the file.
      if (Number.isInteger(cell) && !Number.isSafeInteger(cell))
        return wrong(
          column,
          'is a number with more digits than numbers in JSON keep, for a text: write it in quotes',
        );
      return String(cell);
  }
}

/** What spreadsheets write elsewhere in the world is told apart, and not guessed at: 1,500 is two numbers, and 3.4.2026 two days. */
function noNumber(text: string): string {
  return /^[+-]?[\d.]*,\d+$/.test(text)
    ? 'is no number: it has a comma, where numbers have a point (1.5), and nothing between thousands'
    : 'is no number';
}

function noMoment(text: string): string {
  return /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b/.test(text)
    ? 'is no moment: the year comes first (2026-11-27, or 2026-11-27T09:30:00Z)'
    : 'is no moment';
}

function int(value: number, column: string): number {
  return value >= -int32 && value < int32 ? value : wrong(column, 'is beyond what Int holds');
}

function finite(value: number, column: string): number {
  return Number.isFinite(value) ? value : wrong(column, 'is beyond what Float holds');
}

/** Undefined also for a day that does not exist: `Date.parse` would take 30 February for 2 March. */
function momentOf(text: string): string | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00', offset = 'Z'] =
    moment.exec(text) ?? [];
  if (year === undefined) return undefined;
  try {
    return parseDateTime(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  } catch {
    return undefined;
  }
}

function jsonOf(text: string, column: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return wrong(column, 'is no JSON');
  }
}

function checkedJson(value: unknown, column: string): unknown {
  try {
    return checkJson(value);
  } catch (error) {
    const [fault = ''] = error instanceof Error ? [error.message] : [];
    throw new CodedError('BAD_USER_INPUT', `${column} cannot be kept. ${fault}`);
  }
}

function wrong(column: string, fault: string): never {
  throw new CodedError('BAD_USER_INPUT', `${column} ${fault}.`);
}
