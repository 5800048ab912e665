const candidates = [',', ';', '\t'] as const;

type Delimiter = (typeof candidates)[number];

/** How often each candidate stands in a line outside of quotes, and whether the line is there to its end. */
interface Line {
  readonly counts: Readonly<Record<Delimiter, number>>;
  readonly isWhole: boolean;
}

/**
 * What stands between the cells of a CSV, of which this is the beginning: the comma, semicolon (spreadsheets write it where numbers have a decimal comma) or
 * tab that its head line has. Of several the one by which the first row has as many cells as the head; the comma where that tells none or more than one, and
 * where the head has none. Without a row, the one that divides the head into the most cells.
 */
export function csvDelimiter(beginning: string): Delimiter {
  const [head, row] = firstLines(beginning);
  if (head === undefined) return ',';
  const found = delimitersOf(head);
  if (row === undefined)
    return candidates.reduce((most, each) => (head.counts[each] > head.counts[most] ? each : most));
  const fitting = found.filter((each) => row.counts[each] === head.counts[each]);
  const [only = ','] = fitting.length === 1 ? fitting : found;
  return only;
}

/** ASCII marks but those that quote or escape: what somebody may have divided cells by. */
const markLine = /^\uFEFF?"?sep=([\t !#-&(-/:-@[\]-_{-~])"?(?=[\r\n])/i;

/**
 * The first line of a CSV where it is one that Excel takes for itself: `sep=;` says what divides the cells, and is none of the table. `length` is in UTF-16 code units, without the
 * end of the line: what is left begins with an empty line, so that lines keep their numbers. Undefined where there is none; the line has to be there to its end.
 */
export function csvMark(
  beginning: string,
): { readonly delimiter: string; readonly length: number } | undefined {
  const [whole, delimiter] = markLine.exec(beginning) ?? [];
  return whole === undefined || delimiter === undefined ? undefined : { delimiter, length: whole.length };
}

/** Whether nothing that follows this beginning of a CSV could change what `csvDelimiter` answers. */
export function tellsCsvDelimiter(beginning: string): boolean {
  const [head, row] = firstLines(beginning);
  return head?.isWhole === true && (delimitersOf(head).length < 2 || row?.isWhole === true);
}

/** In the order of the candidates. */
function delimitersOf({ counts }: Line): readonly Delimiter[] {
  return candidates.filter((each) => counts[each] > 0);
}

/** The head line and the first row, as far as they are there. Empty lines are none, and a line goes on where its end is quoted. */
function firstLines(beginning: string): readonly Line[] {
  const lines: Line[] = [];
  let counts = { ',': 0, ';': 0, '\t': 0 };
  let isQuoted = false;
  let hasBegun = false;
  for (const character of beginning) {
    if (!isQuoted && (character === '\n' || character === '\r')) {
      if (hasBegun) lines.push({ counts, isWhole: true });
      if (lines.length === 2) return lines;
      counts = { ',': 0, ';': 0, '\t': 0 };
      hasBegun = false;
      continue;
    }
    hasBegun = true;
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (character === ',' || character === ';' || character === '\t'))
      counts[character] += 1;
  }
  return hasBegun ? [...lines, { counts, isWhole: false }] : lines;
}
