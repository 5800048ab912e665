import { open } from 'node:fs/promises';
import { csvMark } from '@tributary/runtime';

/** More than the line for Excel has, with a mark of the byte order and the end of a line. */
const longestMark = 16;

const markOf = (bytes: Uint8Array) => csvMark(Buffer.from(bytes).toString('utf8'));

/** Whether a file begins with a line for Excel (`sep=;`). */
export async function isMarkedCsv(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(longestMark));
  return markOf(buffer.subarray(0, bytesRead)) !== undefined;
}

/** The bytes of a CSV without the line for Excel at their beginning, but for the end of it; what that says is told before the first of them. */
export function unmarkedCsv(
  tell: (delimiter: string) => void,
): (bytes: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array> {
  return async function* (bytes) {
    let beginning: Uint8Array | undefined = new Uint8Array();
    const begun = (): Uint8Array => {
      const first = beginning ?? new Uint8Array();
      beginning = undefined;
      const mark = markOf(first.subarray(0, longestMark));
      if (mark === undefined) return first;
      tell(mark.delimiter);
      const text = Buffer.from(first.subarray(0, longestMark)).toString('utf8');
      return first.subarray(Buffer.byteLength(text.slice(0, mark.length)));
    };
    for await (const chunk of bytes) {
      if (beginning === undefined) {
        yield chunk;
        continue;
      }
      beginning = Buffer.concat([beginning, chunk]);
      if (beginning.length >= longestMark) yield begun();
    }
    if (beginning !== undefined) yield begun();
  };
}
