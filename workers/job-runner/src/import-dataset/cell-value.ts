import { CodedError, exactJson } from '@tributary/runtime';
import { parseDateTime } from '@tributary/subgraph-kit/date-time';
import { checkJson } from '@tributary/subgraph-kit/json';
import { type CellFormats, defaultFormats, plainDay, plainNumber } from './cell-formats.ts';

/** What stands in a cell: text in CSV, any JSON in the other formats. */
export type Cell = unknown;

/** A cell of JSON as it is written, where its value does not hold all that it says. */
export class WrittenJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Bytes in which no text is. */
export class NoText {}

/** A day or a time of a file that RFC 3339 has no words for. */
export class UntoldMoment {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A number of a file that JSON has no words for, somewhere in what is nested: NaN, or infinity. */
export class UntoldNumber {}

export interface CellPlace {
  /** The scalar the model wants. */
  readonly type: string;
  readonly column: string;
  /** What its text is written in; the product's own forms when absent. */
  readonly formats?: CellFormats;
}

/** `5.0` is what pandas writes for 5 in a column with a gap; with more zeros it may be thousands (1.000). */
const integer = /^[+-]?\d{1,15}(\.0)?$/;
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;
/**
 * A day, and as RFC 3339 and what spreadsheets and dumps write for it have it a time; without an offset it is UTC. The minutes of an offset may be
 * left out, as PostgreSQL and DuckDB do, or stand without a colon (ISO 8601).
 */
const moment =
  /^([\d./-]+)(?:[T ](\d\d?):(\d\d)(?::(\d\d(?:\.\d{1,9})?))?\s*(?:Z|([+-]\d\d)(?::?(\d\d))?)?)?$/i;
/** All others are texts. */
const typesOfValues: ReadonlySet<string> = new Set(['Int', 'Float', 'Boolean', 'DateTime']);
/** GraphQL's Int (October 2021, §3.5.1). */
const int32 = 2 ** 31;

/**
 * The value of a cell as the graph takes it: null for an empty one. Nothing is guessed: text that is no number stays no number, and what
 * the graph would refuse is refused here, because there it would take the rows beside it along.
 * @throws CodedError BAD_USER_INPUT naming the column
 */
export function cellValue(cell: Cell, place: CellPlace): unknown {
  const { type, column } = place;
  if (cell === undefined || cell === null || cell === '') return null;
  if (cell instanceof NoText) return wrong(column, 'is bytes and no text in UTF-8');
  if (cell instanceof UntoldMoment)
    return wrong(column, `is ${cell.text}: there are moments of the years 1 to 9999 alone`);
  if (cell instanceof UntoldNumber)
    return wrong(column, 'holds NaN or an infinite number, which JSON has no words for');
  if (cell instanceof WrittenJson) return ofWritten(cell.text, type, column);
  const value = typeof cell === 'string' ? ofText(cell, place) : ofJson(cell, type, column);
  return type === 'JSON' ? checkedJson(value, column) : value;
}

function ofText(cell: string, { type, column, formats = defaultFormats }: CellPlace): unknown {
  const text = cell.trim();
  switch (type) {
    case 'Int':
      return (
        numberOf(text, { formats, form: integer }, (value) => int(value, column)) ??
        wrong(column, notWhole(text, formats))
      );
    case 'Float':
      return (
        numberOf(text, { formats, form: decimal }, (value) => finite(value, column)) ??
        wrong(column, noNumber(text, formats))
      );
    case 'Boolean':
      if (/^(true|t|yes|1)$/i.test(text)) return true;
      return /^(false|f|no|0)$/i.test(text) ? false : wrong(column, 'is neither true nor false');
    case 'DateTime':
      return momentOf(text, { column, formats });
    case 'JSON':
      return jsonOf(text, column);
    default:
      return cell;
  }
}

/** A number is kept as a text with the digits it is written with, and as a number as near as doubles come. */
function ofWritten(text: string, type: string, column: string): unknown {
  if (type === 'JSON' || !/^[-\d]/.test(text)) return jsonOf(text, column);
  return typesOfValues.has(type) ? ofJson(Number(text), type, column) : text;
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
      return String(finite(cell, column));
  }
}

function numberOf(
  text: string,
  { formats, form }: { readonly formats: CellFormats; readonly form: RegExp },
  bounded: (value: number) => number,
): number | undefined {
  const plain = plainNumber(text, formats.numbers);
  return plain !== undefined && form.test(plain) ? bounded(Number(plain)) : undefined;
}

/** What spreadsheets write elsewhere in the world is told apart, and not guessed at: 1,500 is two numbers, and 3.4.2026 two days. */
function noNumber(text: string, { numbers }: CellFormats): string {
  if (numbers !== defaultFormats.numbers) return `is no number written as ${numbers}`;
  return /^[+-]?[\d.' \u00a0\u202f\u2019]*,[\d.,]*\d$/.test(text)
    ? 'is no number: it has a comma, where numbers have a point (1.5), and nothing between thousands, unless the input says how its `numbers` are written'
    : 'is no number';
}

function notWhole(text: string, formats: CellFormats): string {
  const fault = noNumber(text, formats);
  return fault === 'is no number'
    ? 'is no whole number'
    : fault.replace('is no number', 'is no whole number');
}

function noMoment(text: string, { dates }: CellFormats): string {
  if (dates !== defaultFormats.dates) return `is no moment written as ${dates}, with or without a time`;
  return /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b/.test(text)
    ? 'is no moment: the year comes first (2026-11-27, or 2026-11-27T09:30:00Z), unless the input says how its `dates` are written'
    : 'is no moment';
}

function int(value: number, column: string): number {
  return value >= -int32 && value < int32 ? value : wrong(column, 'is beyond what Int holds');
}

function finite(value: number, column: string): number {
  return Number.isFinite(value) ? value : wrong(column, 'is beyond what Float holds');
}

/** A day or a time that does not exist is none, and told apart from what is written otherwise: `Date.parse` would take 30 February for 2 March. */
function momentOf(
  text: string,
  { column, formats }: { readonly column: string; readonly formats: CellFormats },
): string {
  const [, written = '', hour = '00', minute = '00', second = '00', ahead, minutes = '00'] =
    moment.exec(text) ?? [];
  const day = plainDay(written, formats.dates);
  if (day === undefined) return wrong(column, noMoment(text, formats));
  const offset = ahead === undefined ? 'Z' : `${ahead}:${minutes}`;
  const seconds = second.length === 2 ? `${second}.000` : second;
  return (
    parsed(`${day}T${hour.padStart(2, '0')}:${minute}:${seconds}${offset}`) ??
    wrong(
      column,
      parsed(`${day}T00:00:00Z`) === undefined
        ? `is no moment: there is no such day, read as ${formats.dates}`
        : 'is no moment: there is no such time of day, or offset from UTC',
    )
  );
}

function parsed(text: string): string | undefined {
  try {
    return parseDateTime(text);
  } catch {
    return undefined;
  }
}

function jsonOf(text: string, column: string): unknown {
  const read = exactJson(text);
  return 'value' in read ? read.value : wrong(column, read.fault);
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
