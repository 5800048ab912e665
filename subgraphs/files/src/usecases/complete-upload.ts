import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { CodedError, newId } from '@tributary/runtime';
import { type Cause, fileEvent } from '../adapters/events.ts';
import { filesById, insertFile, lockFile, updateFile } from '../adapters/files-table.ts';
import { holdFolder } from '../adapters/folders-table.ts';
import { requireMaker } from '../adapters/makers-rights.ts';
import { versionIdOf } from '../adapters/object-keys.ts';
import { beginningOf } from '../adapters/read-object.ts';
import { sniffedBytes, sniffedType } from '../adapters/sniff.ts';
import { fileIdOfKey, insertUploadKey } from '../adapters/upload-keys.ts';
import { lockUpload, setCompleted } from '../adapters/uploads-table.ts';
import { addUsage, lockUsage } from '../adapters/usage-table.ts';
import { insertVersion, latestVersionNumber } from '../adapters/versions-table.ts';
import { type FilesCore, nowText } from '../core.ts';
import type { ContentFacts, FileRecord } from '../domain/file.ts';
import type { UploadRecord } from '../domain/upload.ts';
import { noSuchFile, type QuotaExceeded } from './failures.ts';
import { overQuota, roomFor } from './room.ts';

/**
 * Makes stored bytes a file, or a version of one: the one way into the graph, whichever way they came. Type and size are those of the
 * bytes; file, version, usage and event commit together. Repeated, it answers the file it made; of several uploads with one key all answer the
 * file of the first, and what the others brought is left to the sweeper.
 * @throws CodedError NOT_FOUND when the file they were meant for is gone, or they are themselves, FORBIDDEN when whoever began has lost the right meanwhile
 */
export async function completeUpload(
  core: FilesCore,
  upload: UploadRecord,
): Promise<FileRecord | QuotaExceeded> {
  const { relational, objects } = core;
  if (upload.state === 'COMPLETED') return completedFile(relational, upload);
  if (upload.sha256 === null) throw new TypeError('only stored bytes become a file');
  const stored = await beginningOf(objects, upload.objectKey, sniffedBytes);
  if (stored?.sizeBytes !== upload.offsetBytes)
    throw new CodedError('NOT_FOUND', 'The bytes of this upload are lost: send them again, as a new one.');
  const facts: ContentFacts = {
    contentType: await sniffedType(stored.bytes, upload.name, stored.bytes.byteLength === upload.offsetBytes),
    declaredType: upload.declaredType,
    sizeBytes: upload.offsetBytes,
    sha256: upload.sha256,
    state: core.scanner === undefined ? 'AVAILABLE' : 'PENDING',
    scan: 'NOT_SCANNED',
  };
  const cause: Cause = {
    workspaceId: upload.workspaceId,
    actor: { kind: upload.createdByKind, id: upload.createdBy },
    clock: core.clock,
  };
  return relational.transaction(async (tx) => {
    const current = await lockUpload(tx, upload.id);
    if (current === undefined) throw new CodedError('NOT_FOUND', 'There is no such upload.');
    if (current.state === 'COMPLETED') return completedFile(tx, current);
    await requireMaker(tx, current);
    const usage = await lockUsage(tx, upload.workspaceId);
    const completedFileId = (await fileIdOfKey(tx, current)) ?? null;
    if (completedFileId !== null) {
      await setCompleted(tx, upload.id, completedFileId);
      return completedFile(tx, { ...current, completedFileId });
    }
    const room = await roomFor(tx, core, { ...current, usage });
    // What announced its size has had its room since it began; what did not may have none that others have reserved.
    const takenBytes = current.sizeBytes === null ? room.takenBytes : usage.usedBytes;
    const over = overQuota({ ...room, takenBytes }, facts.sizeBytes);
    if (over !== undefined) return over;
    const commit = upload.fileId === null ? commitFile : commitVersion;
    const { before, after } = await commit(tx, { upload: current, facts, now: nowText(core) });
    await addUsage(tx, upload.workspaceId, facts.sizeBytes);
    await insertUploadKey(tx, current, after.id);
    await setCompleted(tx, upload.id, after.id);
    await writeOutbox(tx, [fileEvent(cause, { before, after })]);
    return after;
  });
}

async function completedFile(sql: Sql, { workspaceId, completedFileId }: UploadRecord): Promise<FileRecord> {
  const [file] = completedFileId === null ? [] : await filesById(sql, workspaceId, [completedFileId]);
  if (file === undefined) throw noSuchFile();
  return file;
}

interface Commit {
  readonly upload: UploadRecord;
  readonly facts: ContentFacts;
  readonly now: string;
}

interface Committed {
  readonly before: FileRecord | null;
  readonly after: FileRecord;
}

async function commitFile(tx: Sql, { upload, facts, now }: Commit): Promise<Committed> {
  const { workspaceId, folderId } = upload;
  // A folder that was removed meanwhile costs the place, not the bytes.
  const isThere = folderId !== null && (await holdFolder(tx, workspaceId, folderId));
  const after: FileRecord = {
    ...facts,
    id: newId(),
    version: 1,
    name: upload.name,
    folderId: isThere ? folderId : null,
    metadata: upload.metadata,
    createdBy: upload.createdBy,
    createdAt: now,
    updatedAt: now,
    trashedAt: null,
    versionNumber: 1,
  };
  await insertFile(tx, workspaceId, after);
  await addVersion(tx, { upload, file: after, now });
  return { before: null, after };
}

async function commitVersion(tx: Sql, { upload, facts, now }: Commit): Promise<Committed> {
  const { workspaceId, fileId } = upload;
  const before = fileId === null ? undefined : await lockFile(tx, workspaceId, fileId);
  if (before === undefined || before.trashedAt !== null) throw noSuchFile();
  const versionNumber = (await latestVersionNumber(tx, workspaceId, before.id)) + 1;
  const after: FileRecord = {
    ...before,
    ...facts,
    version: before.version + 1,
    versionNumber,
    updatedAt: now,
  };
  await addVersion(tx, { upload, file: after, now });
  await updateFile(tx, workspaceId, after);
  return { before, after };
}

async function addVersion(
  tx: Sql,
  { upload, file, now }: { readonly upload: UploadRecord; readonly file: FileRecord; readonly now: string },
): Promise<void> {
  const { contentType, declaredType, sizeBytes, sha256, state, scan, versionNumber } = file;
  await insertVersion(tx, upload.workspaceId, {
    contentType,
    declaredType,
    sizeBytes,
    sha256,
    state,
    scan,
    id: versionIdOf(upload.objectKey),
    fileId: file.id,
    number: versionNumber,
    objectKey: upload.objectKey,
    createdBy: upload.createdBy,
    createdAt: now,
  });
}
