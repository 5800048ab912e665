/** A record of a CSV, or why it is none, and the lines it stands in (from 1). */
export type CsvRecord = { readonly line: number } & (
  | { readonly cells: readonly string[] }
  | {
      readonly fault: string;
      /** A quote that is never closed: what follows it to the end of the file belongs to it, and was not read. */
      readonly isUnclosed: boolean;
    }
);

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/** Where in a record the reader is; `skipping` goes to the end of a line whose quotes make no sense. */
type Place = 'cell' | 'plain' | 'quoted' | 'quote' | 'skipping';

/**
 * Reads CSV (RFC 4180; lines end in CR, LF or both) whatever pieces it comes in. A record that is none costs itself: reading goes on at the next line. Never
 * more than a record of `mostCharacters` and a piece are held.
 */
export class CsvReader {
  readonly #delimiter: number;
  readonly #mostCharacters: number;
  #place: Place = 'cell';
  #cells: string[] = [];
  /** What of the cell stood before the text at hand. */
  #cell = '';
  #characters = 0;
  #fault: string | undefined;
  #line = 1;
  #recordLine = 1;
  #afterReturn = false;

  constructor(delimiter: string, mostCharacters: number) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#mostCharacters = mostCharacters;
  }

  /** The records that end in this piece. */
  read(text: string): readonly CsvRecord[] {
    const records: CsvRecord[] = [];
    let from = 0;
    let recordFrom = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      // Most of a file is the inside of cells, which means nothing here.
      if (this.#place === 'plain' && code > quote && code !== this.#delimiter) continue;
      const isEnd = code === lineFeed || code === carriageReturn;
      if (isEnd && !(code === lineFeed && this.#afterReturn)) this.#line += 1;
      // The second half of a line's end that is read already.
      const isHalf = code === lineFeed && this.#afterReturn && this.#place !== 'quoted';
      this.#afterReturn = code === carriageReturn;
      if (isHalf) {
        from = at + 1;
        recordFrom = at + 1;
      } else if (this.#place === 'quoted') {
        if (code !== quote) continue;
        this.#keep(text.slice(from, at));
        this.#place = 'quote';
      } else if (isEnd) {
        if (this.#place === 'plain') this.#keep(text.slice(from, at));
        const record = this.#ended(at - recordFrom);
        if (record !== undefined) records.push(record);
        from = at + 1;
        recordFrom = at + 1;
      } else if (this.#place !== 'skipping') from = this.#step(code, { text, from, at });
    }
    if (this.#place === 'plain' || this.#place === 'quoted') this.#keep(text.slice(from));
    this.#characters += text.length - recordFrom;
    this.#bound();
    return records;
  }

  /** The record that the end of the file ends. */
  end(): readonly CsvRecord[] {
    if (this.#place === 'quoted') {
      const fault = `the quote opened in it (line ${this.#recordLine}) is never closed, so that nothing after it could be read`;
      return [{ line: this.#recordLine, fault, isUnclosed: true }];
    }
    const record = this.#ended(0);
    return record === undefined ? [] : [record];
  }

  /** Takes a character outside quotes that ends no record; answers where the text of the cell begins. */
  #step(
    code: number,
    { text, from, at }: { readonly text: string; readonly from: number; readonly at: number },
  ): number {
    if (code === this.#delimiter) {
      if (this.#place === 'plain') this.#keep(text.slice(from, at));
      this.#endCell();
      return at + 1;
    }
    if (code === quote) {
      if (this.#place === 'plain') return this.#spoil('a quote stands within a cell that has none around it');
      // The second of two: one that belongs to the cell.
      if (this.#place === 'quote') this.#keep('"');
      this.#place = 'quoted';
      return at + 1;
    }
    if (this.#place === 'quote') return this.#spoil('text follows the quote that closes a cell');
    if (this.#place === 'plain') return from;
    this.#place = 'plain';
    return at;
  }

  #spoil(fault: string): number {
    this.#fault = `${fault}, in line ${this.#line}`;
    this.#place = 'skipping';
    this.#cells = [];
    this.#cell = '';
    return 0;
  }

  #keep(text: string): void {
    if (this.#fault === undefined) this.#cell += text;
  }

  #endCell(): void {
    if (this.#fault === undefined) this.#cells.push(this.#cell);
    this.#cell = '';
    this.#place = 'cell';
  }

  /** A record that is too long is still read to its end, of which nothing is kept. */
  #bound(): void {
    if (this.#characters <= this.#mostCharacters || this.#fault !== undefined) return;
    this.#fault = `it is longer than ${this.#mostCharacters} characters`;
    this.#cells = [];
    this.#cell = '';
  }

  #ended(characters: number): CsvRecord | undefined {
    this.#characters += characters;
    const isEmpty = this.#characters === 0;
    this.#bound();
    this.#endCell();
    const line = this.#recordLine;
    const record =
      this.#fault === undefined
        ? { line, cells: this.#cells }
        : { line, fault: this.#fault, isUnclosed: false };
    this.#cells = [];
    this.#characters = 0;
    this.#fault = undefined;
    this.#recordLine = this.#line;
    return isEmpty ? undefined : record;
  }
}

/** Whether a character may stand between cells. */
export function isDelimiter(text: string): boolean {
  const code = text.charCodeAt(0);
  return text.length === 1 && code !== quote && (code === tab || code >= 0x20);
}
