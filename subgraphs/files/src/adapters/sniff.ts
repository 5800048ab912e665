import { fileTypeFromBuffer } from 'file-type';
import { textType } from '../domain/text-type.ts';

/** As much as the signatures of containers (ZIP-based documents, media) need. */
export const sniffedBytes = 64 * 1024;

/** Signatures that say how, not what: text in XML may be a picture that runs scripts, which `textType` finds. */
const unspecific: ReadonlySet<string> = new Set(['application/xml']);

/** What bytes are by their own signs. Their name only tells apart kinds of text. */
export async function sniffedType(head: Uint8Array, name: string, whole: boolean): Promise<string> {
  if (isUtf16(head)) return 'application/octet-stream';
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found !== undefined && !unspecific.has(found.mime)) return found.mime;
  return textType(head, name, whole);
}

/** Text we do not read, which may be markup: saved as bytes. Lists of signatures take its mark for the beginning of sound. */
function isUtf16(head: Uint8Array): boolean {
  const mark = head.length >= 2 ? ((head[0] ?? 0) << 8) | (head[1] ?? 0) : 0;
  if (mark !== 0xfffe && mark !== 0xfeff) return false;
  try {
    new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-16be', { fatal: true }).decode(head, {
      stream: true,
    });
    return true;
  } catch {
    return false;
  }
}
