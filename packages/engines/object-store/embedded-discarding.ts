import { join } from 'node:path';
import { hasCode, removeWhole } from '../durable-files.ts';
import { moved, type StoreFolders, temporaryPath } from './embedded-folders.ts';
import type { EmbeddedVersions, VersionHeader } from './embedded-versions.ts';
import type { ObjectUpload } from './port.ts';
import { openStoredFile } from './stored-file.ts';

/**
 * Takes the parts of an upload away, unless they are an object. Once they are moved nobody can complete it any more, since what would be
 * linked is gone from its place; if somebody had done so just before, the body goes back.
 */
export async function discardUpload(
  folders: StoreFolders,
  versions: EmbeddedVersions,
  { key, uploadId }: Pick<ObjectUpload, 'key' | 'uploadId'>,
): Promise<void> {
  for (const folder of [folders.parts, folders.bodies]) {
    if ((await versions.ofUpload(key, uploadId)) !== undefined) return;
    const away = temporaryPath(folders, 'upload', uploadId);
    if (await moved(join(folder, uploadId), away))
      await finishDiscarding({ folders, versions, away, uploadId });
  }
}

export interface Discarding {
  readonly folders: StoreFolders;
  readonly versions: EmbeddedVersions;
  /** Where the parts are now. */
  readonly away: string;
  readonly uploadId: string;
}

export async function finishDiscarding({ folders, versions, away, uploadId }: Discarding): Promise<void> {
  const key = await describedKey(away);
  const isObject = key !== undefined && (await versions.ofUpload(key, uploadId)) !== undefined;
  if (isObject) await moved(away, join(folders.bodies, uploadId));
  else await removeWhole(away);
}

/** The key that completing had in mind; undefined when it had not come so far. */
async function describedKey(folder: string): Promise<string | undefined> {
  try {
    const { file, header } = await openStoredFile<VersionHeader>(join(folder, 'version'));
    await file.close();
    return header.key;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
