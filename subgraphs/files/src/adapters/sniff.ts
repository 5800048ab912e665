import { fileTypeFromBuffer } from 'file-type';
import { textType } from '../domain/text-type.ts';

/** As much as the signatures of containers (ZIP-based documents, media) need. */
export const sniffedBytes = 64 * 1024;

/** Signatures that say how, not what: text in XML may be a picture that runs scripts, which `textType` finds. */
const unspecific: ReadonlySet<string> = new Set(['application/xml']);

/** What bytes are by their own signs. Their name only tells apart kinds of text. */
export async function sniffedType(head: Uint8Array, name: string, whole: boolean): Promise<string> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found !== undefined && !unspecific.has(found.mime)) return found.mime;
  return textType(head, name, whole);
}
