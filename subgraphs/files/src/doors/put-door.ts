import { CodedError, isId } from '@tributary/runtime';
import type { StreamDoorRequest, StreamDoorResponse } from '@tributary/subgraph-kit';
import { findUpload, startWriting } from '../adapters/uploads-table.ts';
import type { FilesCore } from '../core.ts';
import { declaredTypeOf } from '../domain/declared-type.ts';
import type { UploadRecord } from '../domain/upload.ts';
import { discardUpload, freeUpload } from '../usecases/discard-upload.ts';
import { writeUpload } from '../usecases/write-upload.ts';
import { type DoorParts, requireMethod } from './request-principal.ts';

/**
 * Takes the one PUT an upload's URL is for: exactly so many bytes, of the type that was said, once. A PUT that fails ends the upload,
 * so that nobody can put other bytes where somebody believes theirs to be.
 */
export async function putAnswer(
  { core }: DoorParts,
  request: StreamDoorRequest,
  token: string,
): Promise<StreamDoorResponse> {
  requireMethod(request, ['PUT']);
  const upload = await grantedUpload(core, token);
  checkHeaders(upload, request.headers);
  if (!(await startWriting(core.relational, upload.id, new Date(core.clock.now()))))
    throw new CodedError('STATE_CONFLICT', 'This URL was used already; ask for a new one.');
  try {
    const written = await writeUpload(core, upload, {
      body: request.body,
      lease: null,
      signal: request.signal,
    });
    if (written.state !== 'STORED')
      throw new CodedError('BAD_REQUEST', 'Fewer bytes came than were announced.');
    return { status: 204, headers: { etag: `"${written.sha256}"` }, body: '' };
  } catch (error) {
    const left = await findUpload(core.relational, upload.id);
    // What a store that is away keeps of it is the sweeper's.
    await (left === undefined
      ? freeUpload(core, upload).catch(() => undefined)
      : discardUpload(core, left.id));
    if (left === undefined)
      throw new CodedError('NOT_FOUND', 'This upload was cancelled meanwhile.', { cause: error });
    throw error instanceof CodedError ? usedUp(error) : error;
  }
}

/** Whoever sends the bytes again must know that they need another URL for it. */
function usedUp(error: CodedError): CodedError {
  const { code, message, details } = error;
  return new CodedError(code, `${message} This URL is used up: ask for a new one with createUpload.`, {
    details,
    cause: error,
  });
}

async function grantedUpload(core: FilesCore, token: string): Promise<UploadRecord> {
  const grant = core.tokens.readUpload(token);
  const isInTime = grant !== undefined && grant.expiresAt * 1_000 > core.clock.now();
  const upload =
    isInTime && isId(grant.uploadId) ? await findUpload(core.relational, grant.uploadId) : undefined;
  if (upload === undefined || upload.kind !== 'PUT')
    throw new CodedError('NOT_FOUND', 'This upload does not exist, or its time is over.');
  return upload;
}

function checkHeaders(
  { sizeBytes, declaredType }: UploadRecord,
  headers: StreamDoorRequest['headers'],
): void {
  if (headers['content-length'] === undefined || Number(headers['content-length']) !== sizeBytes)
    throw new CodedError('BAD_REQUEST', `Content-Length must be ${sizeBytes}, as was announced.`, {
      details: { sizeBytes },
    });
  if (declaredType !== null && declaredTypeOf(headers['content-type']) !== declaredType)
    throw new CodedError(
      'UNSUPPORTED_MEDIA_TYPE',
      `Content-Type must be ${declaredType}, as was announced.`,
      {
        details: { contentType: declaredType },
      },
    );
}
