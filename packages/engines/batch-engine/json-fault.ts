import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { CodedError } from '@tributary/runtime/errors';
import { textLines } from '@tributary/runtime/text-lines';

/** As long as a line may be that DuckDB reads. */
const longestLine = 16_777_216;

/** The first line of JSON Lines that is not one object, by its number, which an engine counts in its own way or not at all; undefined where there is none. */
export async function jsonFault(
  table: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<CodedError | undefined> {
  for (const [at, path] of paths.entries()) {
    let number = 0;
    // Byte by byte, so that a line that is no UTF-8 is told from one that is.
    const text = createReadStream(path, { encoding: 'latin1', ...(signal === undefined ? {} : { signal }) });
    for await (const line of textLines(text, longestLine)) {
      number += 1;
      const fault = faultOf(line);
      if (fault === undefined) continue;
      const place = paths.length === 1 ? `line ${number}` : `line ${number} of its file ${at + 1}`;
      return new CodedError('QUERY_INVALID', `The table ${table} cannot be read at ${place}: ${fault}.`);
    }
  }
  return undefined;
}

function faultOf(line: string | undefined): string | undefined {
  if (line === undefined) return `it has more than ${longestLine} bytes`;
  const bytes = Buffer.from(line, 'latin1');
  if (!isUtf8(bytes)) return 'it is not UTF-8, which JSON Lines have to be';
  const text = bytes.toString('utf8').trim();
  return text === '' ? undefined : faultOfText(text);
}

/** Numbers that are none, and commas before an end, are no JSON; the engines take them. */
function faultOfText(text: string): string | undefined {
  let hasHalf = false;
  const look = (key: string, value: unknown): unknown => {
    hasHalf ||= half.test(key) || (typeof value === 'string' && half.test(value));
    return value;
  };
  const lenient = text.replaceAll(/-?\b(?:NaN|Inf(?:inity)?)\b/gi, '0').replaceAll(/,(?=\s*[}\]])/g, '');
  for (const json of text.startsWith('{') ? [text, lenient] : [])
    try {
      JSON.parse(json, look);
      return hasHalf ? 'it has half of a surrogate pair, which is no character' : undefined;
    } catch {
      // Told by what is answered.
    }
  return 'it is not an object of JSON, and each line has to be one';
}

/** As a text that was cut has it, which JavaScript writes as an escape; as a pair it would be one character to this pattern. */
const half = /\p{Surrogate}/u;
