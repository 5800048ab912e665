import type { Sql } from '@tributary/engines/relational';
import { CodedError, isId, newId } from '@tributary/runtime';
import { isStorableText, type Principal } from '@tributary/subgraph-kit';
import { filesById } from '../adapters/files-table.ts';
import { holdFolder } from '../adapters/folders-table.ts';
import { contentKey } from '../adapters/object-keys.ts';
import { insertUpload } from '../adapters/uploads-table.ts';
import { lockUsage } from '../adapters/usage-table.ts';
import { type FilesCore, nowText } from '../core.ts';
import { declaredTypeOf } from '../domain/declared-type.ts';
import { metadataOf } from '../domain/metadata.ts';
import { nameOf } from '../domain/names.ts';
import type { UploadKind, UploadRecord } from '../domain/upload.ts';
import { noSuchFile, noSuchFolder, type QuotaExceeded } from './failures.ts';
import { overQuota, roomFor } from './room.ts';

const mostKeyLength = 400;

export interface UploadRequest {
  readonly kind: UploadKind;
  /** Made here when it is not given. */
  readonly id?: string;
  readonly name: string;
  readonly declaredType?: string | null | undefined;
  readonly folderId?: string | null | undefined;
  /** Makes the bytes a new version of this file. */
  readonly fileId?: string | null | undefined;
  readonly metadata?: unknown;
  /** Null where it is not known before the bytes have come. */
  readonly sizeBytes: number | null;
  readonly sha256?: string | null | undefined;
  /** An upload with it again becomes the file that the first one became. */
  readonly idempotencyKey?: string | null | undefined;
  readonly expiresInMs: number;
}

/**
 * Makes room for bytes that are to come: checks where they go and that they fit, before the first of them.
 * @throws CodedError BAD_USER_INPUT, NOT_FOUND, PAYLOAD_TOO_LARGE
 */
export async function beginUpload(
  core: FilesCore,
  principal: Principal,
  request: UploadRequest,
): Promise<UploadRecord | QuotaExceeded> {
  const { workspaceId } = principal;
  const upload = uploadOf(core, principal, request);
  return core.relational.transaction(async (tx) => {
    await checkPlace(tx, upload);
    const usage = await lockUsage(tx, workspaceId);
    const over = overQuota(await roomFor(tx, core, { ...upload, usage }), upload.sizeBytes ?? 0);
    if (over !== undefined) return over;
    await insertUpload(tx, upload);
    return upload;
  });
}

function uploadOf(core: FilesCore, principal: Principal, request: UploadRequest): UploadRecord {
  const { sizeBytes, fileId = null, folderId = null } = request;
  if (sizeBytes !== null && (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0))
    throw new CodedError('BAD_USER_INPUT', 'The size is a whole number of bytes.', {
      details: { argument: 'sizeBytes' },
    });
  const limitBytes = core.settings.largestFileBytes;
  if ((sizeBytes ?? 0) > limitBytes)
    throw new CodedError('PAYLOAD_TOO_LARGE', `A file here has ${limitBytes} bytes at most.`, {
      details: { limitBytes },
    });
  const sha256 = request.sha256?.toLowerCase() ?? null;
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256))
    throw new CodedError('BAD_USER_INPUT', 'sha256 is 64 hexadecimal digits.', {
      details: { argument: 'sha256' },
    });
  return {
    workspaceId: principal.workspaceId,
    id: request.id ?? newId(),
    kind: request.kind,
    state: 'OPEN',
    fileId,
    folderId,
    name: nameOf(request.name),
    declaredType: declaredTypeOf(request.declaredType),
    metadata: metadataOf(request.metadata),
    sizeBytes,
    offsetBytes: 0,
    objectKey: contentKey(principal.workspaceId, newId()),
    partsUpload: null,
    parts: [],
    tailKey: null,
    sha256,
    completedFileId: null,
    idempotencyKey: keyOf(request),
    createdBy: principal.id,
    createdByKind: principal.kind,
    createdAt: nowText(core),
    expiresAt: new Date(core.clock.now() + request.expiresInMs).toISOString(),
  };
}

/** Null without one: a key is for files that are made, and a version has its file. */
function keyOf({ idempotencyKey = null, fileId = null }: UploadRequest): string | null {
  const fault = (message: string): never => {
    throw new CodedError('BAD_USER_INPUT', message, { details: { argument: 'idempotencyKey' } });
  };
  if (idempotencyKey === null) return null;
  if (fileId !== null) return fault('A new version takes no idempotencyKey.');
  const { length } = idempotencyKey;
  return length > 0 && length <= mostKeyLength && isStorableText(idempotencyKey)
    ? idempotencyKey
    : fault(`idempotencyKey has 1 to ${mostKeyLength} characters.`);
}

async function checkPlace(tx: Sql, { workspaceId, folderId, fileId }: UploadRecord): Promise<void> {
  if (folderId !== null) {
    if (!isId(folderId) || !(await holdFolder(tx, workspaceId, folderId))) throw noSuchFolder();
  }
  if (fileId !== null) {
    const [file] = isId(fileId) ? await filesById(tx, workspaceId, [fileId]) : [];
    if (file === undefined || file.trashedAt !== null) throw noSuchFile();
  }
}
