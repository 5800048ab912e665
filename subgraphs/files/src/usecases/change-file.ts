import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { CodedError, isId, newId } from '@tributary/runtime';
import { type Principal, requireVersion } from '@tributary/subgraph-kit';
import { fileEvent } from '../adapters/events.ts';
import { lockFile, updateFile as writeFile } from '../adapters/files-table.ts';
import { holdFolder } from '../adapters/folders-table.ts';
import { insertVersion, latestVersionNumber, versionByNumber } from '../adapters/versions-table.ts';
import { causeOf, type FilesCore, nowText } from '../core.ts';
import { changedFields, type FileRecord } from '../domain/file.ts';
import { metadataOf } from '../domain/metadata.ts';
import { nameOf } from '../domain/names.ts';
import { noSuchFile, noSuchFolder } from './failures.ts';

export interface FileTarget {
  readonly id: string;
  readonly expectedVersion?: number | null | undefined;
}

interface Change {
  readonly file: FileRecord;
  readonly tx: Sql;
  readonly now: string;
}

/** @throws CodedError NOT_FOUND, VERSION_CONFLICT, BAD_USER_INPUT */
export function renameFile(
  core: FilesCore,
  principal: Principal,
  target: FileTarget & { readonly name: string },
) {
  const name = nameOf(target.name);
  return changeFile(core, principal, target, async ({ file }) => ({ ...untrashed(file), name }));
}

/** @throws CodedError NOT_FOUND for the file or the folder, VERSION_CONFLICT */
export function moveFile(
  core: FilesCore,
  principal: Principal,
  target: FileTarget & { readonly folderId: string | null },
) {
  const { folderId } = target;
  return changeFile(core, principal, target, async ({ file, tx }) => {
    if (folderId !== null) await requireFolder(tx, principal.workspaceId, folderId);
    return { ...untrashed(file), folderId };
  });
}

/** @throws CodedError NOT_FOUND, VERSION_CONFLICT, BAD_USER_INPUT */
export function setFileMetadata(
  core: FilesCore,
  principal: Principal,
  target: FileTarget & { readonly metadata: unknown },
) {
  const metadata = metadataOf(target.metadata);
  return changeFile(core, principal, target, async ({ file }) => ({ ...untrashed(file), metadata }));
}

export interface FilePatch {
  readonly name?: string | null | undefined;
  /** Null is the top; undefined leaves it where it is. */
  readonly folderId?: string | null | undefined;
  readonly metadata?: unknown;
}

/** Changes the fields given, together. @throws CodedError NOT_FOUND for the file or the folder, VERSION_CONFLICT, BAD_USER_INPUT */
export function updateFile(
  core: FilesCore,
  principal: Principal,
  { input, ...target }: FileTarget & { readonly input: FilePatch },
) {
  const { folderId } = input;
  const name = input.name === undefined ? {} : { name: nameOf(input.name ?? '') };
  const metadata = input.metadata === undefined ? {} : { metadata: metadataOf(input.metadata) };
  return changeFile(core, principal, target, async ({ file, tx }) => {
    if (typeof folderId === 'string') await requireFolder(tx, principal.workspaceId, folderId);
    return { ...untrashed(file), ...name, ...metadata, ...(folderId === undefined ? {} : { folderId }) };
  });
}

/** Doing it twice changes nothing. @throws CodedError NOT_FOUND, VERSION_CONFLICT */
export function trashFile(core: FilesCore, principal: Principal, target: FileTarget) {
  return changeFile(core, principal, target, async ({ file, now }) => ({
    ...file,
    trashedAt: file.trashedAt ?? now,
  }));
}

/** Doing it twice changes nothing. @throws CodedError NOT_FOUND, VERSION_CONFLICT */
export function restoreFile(core: FilesCore, principal: Principal, target: FileTarget) {
  return changeFile(core, principal, target, async ({ file, tx }) => {
    const { folderId } = file;
    const isThere = folderId === null || (await holdFolder(tx, principal.workspaceId, folderId));
    return { ...file, trashedAt: null, folderId: isThere ? folderId : null };
  });
}

/**
 * Makes the bytes of an older version current, as a new version that shares its object: history only grows.
 * @throws CodedError NOT_FOUND, VERSION_CONFLICT
 */
export function restoreVersion(
  core: FilesCore,
  principal: Principal,
  target: FileTarget & { readonly number: number },
) {
  const { workspaceId } = principal;
  return changeFile(core, principal, target, async ({ file, tx, now }) => {
    untrashed(file);
    const old = await versionByNumber(tx, workspaceId, { fileId: file.id, number: target.number });
    if (old === undefined) throw new CodedError('NOT_FOUND', 'The file has no such version.');
    if (old.number === file.versionNumber) return file;
    const number = (await latestVersionNumber(tx, workspaceId, file.id)) + 1;
    await insertVersion(tx, workspaceId, {
      ...old,
      id: newId(),
      number,
      createdBy: principal.id,
      createdAt: now,
    });
    const { contentType, declaredType, sizeBytes, sha256, state, scan } = old;
    return { ...file, contentType, declaredType, sizeBytes, sha256, state, scan, versionNumber: number };
  });
}

/** One change under the row's lock: compare-and-set on the version, and its event beside it. What changes nothing makes neither. */
async function changeFile(
  core: FilesCore,
  principal: Principal,
  { id, expectedVersion }: FileTarget,
  change: (facts: Change) => Promise<FileRecord>,
): Promise<FileRecord> {
  const { workspaceId } = principal;
  const now = nowText(core);
  return core.relational.transaction(async (tx) => {
    const before = isId(id) ? await lockFile(tx, workspaceId, id) : undefined;
    if (before === undefined) throw noSuchFile();
    requireVersion(before.version, expectedVersion);
    const changed = await change({ file: before, tx, now });
    if (changedFields(before, changed).length === 0) return before;
    const after = { ...changed, version: before.version + 1, updatedAt: now };
    await writeFile(tx, workspaceId, after);
    await writeOutbox(tx, [fileEvent(causeOf(core, principal), { before, after })]);
    return after;
  });
}

export async function requireFolder(tx: Sql, workspaceId: string, id: string): Promise<void> {
  if (!isId(id) || !(await holdFolder(tx, workspaceId, id))) throw noSuchFolder();
}

/** @throws CodedError NOT_FOUND for what is in the trash: it can be restored or removed, nothing else */
function untrashed(file: FileRecord): FileRecord {
  if (file.trashedAt !== null)
    throw new CodedError('NOT_FOUND', 'The file is in the trash; restore it first.');
  return file;
}
