import { parse } from 'csv-parse/sync';
import type { SqlCell } from '../batch/sql-request.ts';
import { formulaStart } from '../csv-table.ts';

/** What is told of a kept result: its rows, under the names of its columns. */
export interface ToldRows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly SqlCell[])[];
}

const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** Reads what `csvTable` wrote: nothing between two commas is no value, what is quoted is text, and of the rest numbers and truth values are what they look like. */
export function toldRows(csv: string): ToldRows {
  const lines = parse(csv, {
    cast: (text, { quoting, header }) => (quoting ? withoutApostrophe(text) : header ? text : bare(text)),
  }) as SqlCell[][];
  const [names = [], ...rows] = lines;
  return { names: names.map(String), rows };
}

function bare(text: string): SqlCell {
  if (text === '') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (!number.test(text)) return text;
  const value = Number(text);
  // A whole number that no double holds stays the text it is.
  return /^-?\d+$/.test(text) && String(value) !== text ? text : value;
}

/** For spreadsheets alone it stands before what they would run. */
function withoutApostrophe(text: string): string {
  return text.startsWith("'") && formulaStart.test(text.slice(1)) ? text.slice(1) : text;
}
