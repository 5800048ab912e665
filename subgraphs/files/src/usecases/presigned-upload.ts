import { CodedError, isId } from '@tributary/runtime';
import { type Principal, streamBodyLimitBytes } from '@tributary/subgraph-kit';
import { findUpload } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import type { FileRecord } from '../domain/file.ts';
import type { UploadRecord } from '../domain/upload.ts';
import { beginUpload } from './begin-upload.ts';
import { completeUpload } from './complete-upload.ts';
import { type QuotaExceeded, uploadIncomplete } from './failures.ts';

/** How long the URL works, and how long what was put there waits for `completeUpload`. */
const urlMs = 300_000;
const completionMs = 3_600_000;

export interface UploadInput {
  readonly name: string;
  readonly sizeBytes: number;
  readonly contentType?: string | null | undefined;
  readonly sha256?: string | null | undefined;
  readonly folderId?: string | null | undefined;
  readonly fileId?: string | null | undefined;
  readonly metadata?: unknown;
  readonly idempotencyKey?: string | null | undefined;
}

export interface UploadCreated {
  readonly __typename: 'UploadCreated';
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly name: string; readonly value: string }[];
  readonly expiresAt: string;
}

/** @throws CodedError BAD_USER_INPUT, NOT_FOUND, PAYLOAD_TOO_LARGE */
export async function createUpload(
  core: FilesCore,
  principal: Principal,
  { contentType, ...input }: UploadInput,
): Promise<UploadCreated | QuotaExceeded> {
  if (input.sizeBytes > streamBodyLimitBytes)
    throw new CodedError(
      'PAYLOAD_TOO_LARGE',
      'One request carries 100 MiB at most; larger files go by tus.',
      {
        details: { limitBytes: streamBodyLimitBytes },
      },
    );
  const upload = await beginUpload(core, principal, {
    ...input,
    kind: 'PUT',
    declaredType: contentType,
    expiresInMs: completionMs,
  });
  if ('__typename' in upload) return upload;
  const expiresAtMs = core.clock.now() + urlMs;
  const token = core.tokens.upload({ uploadId: upload.id, expiresAt: Math.floor(expiresAtMs / 1_000) });
  const { declaredType, sizeBytes } = upload;
  return {
    __typename: 'UploadCreated',
    id: upload.id,
    method: 'PUT',
    url: `/files/u/${token}`,
    headers: [
      { name: 'content-length', value: String(sizeBytes) },
      ...(declaredType === null ? [] : [{ name: 'content-type', value: declaredType }]),
    ],
    expiresAt: new Date(expiresAtMs).toISOString(),
  };
}

/** An upload exists for whoever began it and for nobody else. */
export function isOwnPut(
  upload: UploadRecord | undefined,
  { workspaceId, id }: Principal,
): upload is UploadRecord {
  return upload?.kind === 'PUT' && upload.workspaceId === workspaceId && upload.createdBy === id;
}

/** @throws CodedError NOT_FOUND */
export async function completePut(
  core: FilesCore,
  principal: Principal,
  id: string,
): Promise<
  | { readonly __typename: 'UploadCompleted'; readonly file: FileRecord }
  | QuotaExceeded
  | typeof uploadIncomplete
> {
  const upload = isId(id) ? await findUpload(core.relational, id) : undefined;
  if (!isOwnPut(upload, principal)) throw new CodedError('NOT_FOUND', 'There is no such upload.');
  if (upload.state === 'OPEN' || upload.state === 'WRITING') return uploadIncomplete;
  const file = await completeUpload(core, upload);
  return '__typename' in file ? file : { __typename: 'UploadCompleted', file };
}
