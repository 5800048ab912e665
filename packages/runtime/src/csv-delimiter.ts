const candidates = [',', ';', '\t'] as const;

/**
 * What stands between the cells of a CSV, of which this is the beginning: a comma, a semicolon (spreadsheets write it where numbers have a decimal comma) or
 * a tab, whichever divides its head line into the most cells. A comma where none does.
 */
export function csvDelimiter(beginning: string): (typeof candidates)[number] {
  const counts = { ',': 0, ';': 0, '\t': 0 };
  let isQuoted = false;
  let hasBegun = false;
  for (const character of beginning) {
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '\n' || character === '\r') {
      if (hasBegun) break;
      continue;
    } else if (character === ',' || character === ';' || character === '\t') counts[character] += 1;
    hasBegun = true;
  }
  return candidates.reduce((most, each) => (counts[each] > counts[most] ? each : most));
}
