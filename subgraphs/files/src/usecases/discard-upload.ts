import { removeUpload, takeExpired, takeForDiscard } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import type { UploadRecord } from '../domain/upload.ts';

/** Frees what an upload holds whose row is gone, or is taken from everybody: of one that is completed its tail alone, because its object is a file's. */
export async function freeUpload({ objects, hashes }: FilesCore, upload: UploadRecord): Promise<void> {
  if (upload.tailKey !== null) await objects.delete(upload.tailKey);
  if (upload.state !== 'COMPLETED') {
    if (upload.partsUpload !== null) await objects.abortUpload(upload.partsUpload);
    await objects.delete(upload.objectKey);
  }
  hashes.forget(upload.id);
}

/**
 * Ends an unfinished upload. From the first statement on it exists for nobody: whoever makes it a file at this moment has done so before, and the bytes stay, or
 * finds no upload. No row is locked while the object store is waited for.
 */
export async function discardUpload(core: FilesCore, id: string): Promise<void> {
  const upload = await takeForDiscard(core.relational, id, new Date(core.clock.now()));
  // Its row names what a store that is away keeps of it: that is the sweeper's.
  if (upload !== undefined) await forget(core, upload).catch(() => undefined);
}

/** The same for one whose time is over, or whose discarding was cut short. @throws CodedError what the object store fails with */
export async function discardExpired(core: FilesCore, id: string, now: Date): Promise<void> {
  const upload = await takeExpired(core.relational, id, now);
  if (upload !== undefined) await forget(core, upload);
}

/** In this order, so that a crash leaves a row that names what is left. */
async function forget(core: FilesCore, upload: UploadRecord): Promise<void> {
  await freeUpload(core, upload);
  await removeUpload(core.relational, upload.id);
}
