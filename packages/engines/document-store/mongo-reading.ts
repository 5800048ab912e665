import { BSON, type Document as BsonDocument } from 'mongodb';
import { checkField } from '../filter/checked-filter.ts';
import { answerTooLarge } from '../relational/answer-bound.ts';
import { wholeTableLimitMs } from '../relational/port.ts';

/**
 * For what is answered once all of a large collection was read. The driver hands this to the connection; its types do not say so, and tests do.
 */
export const overWholeCollection: { readonly socketTimeoutMS: number } = {
  socketTimeoutMS: wholeTableLimitMs,
};

/** The part of a document that readers ask for: all of its fields, or some. @throws CodedError BAD_USER_INPUT for a field that cannot exist */
export function projectionOf(fields: readonly string[] | undefined): BsonDocument {
  for (const field of fields ?? []) checkField(field);
  const wanted = fields === undefined ? [['f', 1]] : fields.map((field) => [`f.${field}`, 1]);
  return { _id: 0, id: 1, v: 1, ...Object.fromEntries(wanted) };
}

/**
 * All that a cursor answers, taken in batch by batch (16 MB at most, says the server) and no further than the bound.
 * @throws CodedError PAYLOAD_TOO_LARGE
 */
export async function readWithin<Found extends BsonDocument>(
  cursor: AsyncIterable<Found> & AsyncDisposable,
  mostBytes: number | undefined,
): Promise<readonly Found[]> {
  await using open = cursor;
  const found: Found[] = [];
  let bytes = 0;
  for await (const document of open) {
    bytes += mostBytes === undefined ? 0 : BSON.calculateObjectSize(document);
    if (mostBytes !== undefined && bytes > mostBytes) throw answerTooLarge(mostBytes);
    found.push(document);
  }
  return found;
}
