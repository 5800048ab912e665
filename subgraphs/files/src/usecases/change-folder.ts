import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import { CodedError, isId, newId } from '@tributary/runtime';
import { type Principal, requireVersion } from '@tributary/subgraph-kit';
import { folderEvent } from '../adapters/events.ts';
import {
  ancestry,
  holdsSomething,
  insertFolder,
  levelsBelow,
  lockFolder,
  lockFolderTree,
  removeFolder,
  updateFolder as writeFolder,
} from '../adapters/folders-table.ts';
import { causeOf, type FilesCore, nowText } from '../core.ts';
import { changedFields, type FolderRecord } from '../domain/file.ts';
import { nameOf } from '../domain/names.ts';
import { requireFolder } from './change-file.ts';
import { folderCycle, folderNotEmpty, noSuchFolder } from './failures.ts';

const deepest = 32;

export interface FolderTarget {
  readonly id: string;
  readonly expectedVersion?: number | null | undefined;
}

/** @throws CodedError BAD_USER_INPUT, NOT_FOUND for the parent */
export async function createFolder(
  core: FilesCore,
  principal: Principal,
  input: { readonly name: string; readonly parentId?: string | null | undefined },
): Promise<FolderRecord> {
  const { workspaceId } = principal;
  const now = nowText(core);
  const folder: FolderRecord = {
    id: newId(),
    version: 1,
    name: nameOf(input.name),
    parentId: input.parentId ?? null,
    createdBy: principal.id,
    createdAt: now,
    updatedAt: now,
  };
  return core.relational.transaction(async (tx) => {
    await lockFolderTree(tx, workspaceId);
    if (folder.parentId !== null) {
      await requireFolder(tx, workspaceId, folder.parentId);
      await requireRoom(tx, workspaceId, { parentId: folder.parentId, levels: 1 });
    }
    await insertFolder(tx, workspaceId, folder);
    await writeOutbox(tx, [folderEvent(causeOf(core, principal), { before: null, after: folder })]);
    return folder;
  });
}

export interface FolderPatch {
  readonly name?: string | null | undefined;
  /** Null is the top; undefined leaves it where it is. */
  readonly parentId?: string | null | undefined;
}

/** Changes the fields given, together. @throws CodedError BAD_USER_INPUT, NOT_FOUND for the folder or the parent, VERSION_CONFLICT */
export async function updateFolder(
  core: FilesCore,
  principal: Principal,
  { input, ...target }: FolderTarget & { readonly input: FolderPatch },
): Promise<FolderRecord | typeof folderCycle> {
  const { workspaceId } = principal;
  const name = input.name === undefined ? {} : { name: nameOf(input.name ?? '') };
  const { parentId } = input;
  return core.relational.transaction(async (tx) => {
    if (parentId !== undefined) await lockFolderTree(tx, workspaceId);
    const before = await folderOf(tx, principal, target);
    if (typeof parentId === 'string') {
      await requireFolder(tx, workspaceId, parentId);
      const { within } = await ancestry(tx, workspaceId, { id: parentId, ancestorId: before.id });
      if (within) return folderCycle;
      const levels = await levelsBelow(tx, workspaceId, before.id);
      await requireRoom(tx, workspaceId, { parentId, levels });
    }
    const after = { ...before, ...name, ...(parentId === undefined ? {} : { parentId }) };
    return write(core, principal, { tx, before, after });
  });
}

/** @throws CodedError BAD_USER_INPUT, NOT_FOUND, VERSION_CONFLICT */
export async function renameFolder(
  core: FilesCore,
  principal: Principal,
  target: FolderTarget & { readonly name: string },
): Promise<FolderRecord> {
  const name = nameOf(target.name);
  return core.relational.transaction(async (tx) => {
    const before = await folderOf(tx, principal, target);
    return write(core, principal, { tx, before, after: { ...before, name } });
  });
}

/** @throws CodedError NOT_FOUND, VERSION_CONFLICT */
export async function moveFolder(
  core: FilesCore,
  principal: Principal,
  target: FolderTarget & { readonly parentId: string | null },
): Promise<FolderRecord | typeof folderCycle> {
  const { parentId, ...folder } = target;
  return updateFolder(core, principal, { ...folder, input: { parentId } });
}

/** @throws CodedError NOT_FOUND, VERSION_CONFLICT */
export async function deleteFolder(
  core: FilesCore,
  principal: Principal,
  target: FolderTarget,
): Promise<typeof folderNotEmpty | undefined> {
  const { workspaceId } = principal;
  return core.relational.transaction(async (tx) => {
    await lockFolderTree(tx, workspaceId);
    const before = await folderOf(tx, principal, target);
    const now = new Date(core.clock.now());
    if (await holdsSomething(tx, workspaceId, { id: before.id, now })) return folderNotEmpty;
    await removeFolder(tx, workspaceId, before.id);
    await writeOutbox(tx, [folderEvent(causeOf(core, principal), { before, after: null })]);
    return undefined;
  });
}

async function folderOf(
  tx: Sql,
  { workspaceId }: Principal,
  { id, expectedVersion }: FolderTarget,
): Promise<FolderRecord> {
  const folder = isId(id) ? await lockFolder(tx, workspaceId, id) : undefined;
  if (folder === undefined) throw noSuchFolder();
  requireVersion(folder.version, expectedVersion);
  return folder;
}

async function write(
  core: FilesCore,
  principal: Principal,
  change: { readonly tx: Sql; readonly before: FolderRecord; readonly after: FolderRecord },
): Promise<FolderRecord> {
  const { tx, before } = change;
  if (changedFields(before, change.after).length === 0) return before;
  const after = { ...change.after, version: before.version + 1, updatedAt: nowText(core) };
  await writeFolder(tx, principal.workspaceId, after);
  await writeOutbox(tx, [folderEvent(causeOf(core, principal), { before, after })]);
  return after;
}

async function requireRoom(
  tx: Sql,
  workspaceId: string,
  { parentId, levels }: { readonly parentId: string; readonly levels: number },
): Promise<void> {
  const { depth } = await ancestry(tx, workspaceId, { id: parentId, ancestorId: parentId });
  if (depth + levels > deepest)
    throw new CodedError('BAD_USER_INPUT', `Folders lie ${deepest} deep at most.`, {
      details: { limit: deepest },
    });
}
