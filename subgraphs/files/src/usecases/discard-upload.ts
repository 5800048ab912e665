import { removeUpload } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import type { UploadRecord } from '../domain/upload.ts';

/**
 * Frees what an unfinished upload holds, then forgets it: in this order, so that a crash leaves a row that names what is left.
 * Of one that is completed only the row goes: its object is a file's.
 */
export async function discardUpload(core: FilesCore, upload: UploadRecord): Promise<void> {
  const { objects, relational, hashes } = core;
  if (upload.tailKey !== null) await objects.delete(upload.tailKey);
  if (upload.state !== 'COMPLETED') {
    if (upload.partsUpload !== null) await objects.abortUpload(upload.partsUpload);
    await objects.delete(upload.objectKey);
  }
  await removeUpload(relational, upload.id);
  hashes.forget(upload.id);
}
