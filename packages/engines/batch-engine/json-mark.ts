import { open } from 'node:fs/promises';

/** The mark of the byte order in UTF-8, which a reader of JSON may pass over (RFC 8259, 8.1) and DuckDB refuses. */
const mark = Buffer.from('\ufeff');

const isMarked = (beginning: Uint8Array): boolean => mark.equals(beginning.subarray(0, mark.length));

/** Whether a file begins with a mark of the byte order. */
export async function isMarkedJson(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(mark.length), 0, mark.length, 0);
  return isMarked(buffer.subarray(0, bytesRead));
}

/** The bytes of JSON Lines without a mark of the byte order at their beginning, in whatever pieces they come. */
export async function* unmarkedJson(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let beginning: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of bytes) {
    if (beginning === undefined) {
      yield chunk;
      continue;
    }
    beginning = Buffer.concat([beginning, chunk]);
    if (beginning.length < mark.length) continue;
    yield isMarked(beginning) ? beginning.subarray(mark.length) : beginning;
    beginning = undefined;
  }
  if (beginning !== undefined) yield beginning;
}
