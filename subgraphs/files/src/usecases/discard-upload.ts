import type { Sql } from '@tributary/engines/relational';
import { lockUpload, removeUpload } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import type { UploadRecord } from '../domain/upload.ts';

/** Frees what an upload holds whose row is gone, or is held until it goes: of one that is completed its tail alone, because its object is a file's. */
export async function freeUpload({ objects, hashes }: FilesCore, upload: UploadRecord): Promise<void> {
  if (upload.tailKey !== null) await objects.delete(upload.tailKey);
  if (upload.state !== 'COMPLETED') {
    if (upload.partsUpload !== null) await objects.abortUpload(upload.partsUpload);
    await objects.delete(upload.objectKey);
  }
  hashes.forget(upload.id);
}

/**
 * Frees what an unfinished upload holds, then forgets it: in this order, so that a crash leaves a row that names what is left. Its row is locked meanwhile, and
 * read then: whoever makes it a file at this moment has done so before, and the bytes stay, or finds no upload. `lock` answers undefined for one that is to stay.
 */
export async function discardUpload(
  core: FilesCore,
  id: string,
  lock: (tx: Sql, id: string) => Promise<UploadRecord | undefined> = lockUpload,
): Promise<void> {
  await core.relational.transaction(async (tx) => {
    const upload = await lock(tx, id);
    if (upload === undefined) return;
    await freeUpload(core, upload);
    await removeUpload(tx, id);
  });
}
