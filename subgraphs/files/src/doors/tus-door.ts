import { STATUS_CODES } from 'node:http';
import { CodedError, type ErrorCode, newId } from '@tributary/runtime';
import {
  maskedProblem,
  type Principal,
  problemOf,
  problemResponse,
  type StreamDoorRequest,
  type StreamDoorResponse,
} from '@tributary/subgraph-kit';
import { Server } from '@tus/server';
import { checksumAlgorithms, pieceChecksum } from '../domain/piece-checksum.ts';
import { checkTusMetadata } from './metadata-text.ts';
import { type DoorParts, requireUploader } from './request-principal.ts';
import { checksumMismatch, TusStore } from './tus-store.ts';
import { WhatCame } from './what-came.ts';

export const tusPrefix = '/files/tus';
/** Names the file an upload became, on the answer to its last byte and on every later question. */
const fileIdHeader = 'tributary-file-id';
/** A writer whose client has come back gets this long to record what it has. */
const drainMs = 500;

/**
 * tus 1.0 by @tus/server (creation, creation-with-upload, termination, expiration, checksum). Uploads in pieces of 100 MiB at most, to 5 GiB, which
 * go on after any cut where the last byte became safe, on any replica.
 */
export async function tusAnswer(
  parts: DoorParts,
  principal: Principal,
  request: StreamDoorRequest,
): Promise<StreamDoorResponse> {
  if (request.method !== 'OPTIONS') {
    await requireUploader(parts, principal, `${request.method} ${tusPrefix}`);
    // The library takes what is no version for a malformed header; tus 1.0 (Protocol versioning) has one answer for both.
    if (request.headers['tus-resumable'] !== tusVersion) {
      const problem = tusProblem(412, `This is tus ${tusVersion}.`, request);
      return { ...problem, headers: { ...problem.headers, 'tus-version': tusVersion } };
    }
  }
  if (request.method === 'POST') checkTusMetadata(request.headers['upload-metadata']);
  const { core } = parts;
  const body = new WhatCame(request.body);
  const store = new TusStore(core, principal, {
    body,
    checksum: pieceChecksum(request.headers['upload-checksum']),
    signal: request.signal,
  });
  let fault: StreamDoorResponse | undefined;
  const server = new Server({
    path: tusPrefix,
    datastore: store,
    locker: store,
    maxSize: core.settings.largestFileBytes,
    relativeLocation: true,
    lockDrainTimeout: drainMs,
    disableTerminationForFinishedUploads: true,
    namingFunction: () => newId(),
    onUploadFinish: async (_request, { id }) => {
      await store.finish(id);
      return {};
    },
    onResponseError: (_request, error) => {
      fault = faultOf(error, parts, request);
      return { status_code: fault.status, body: '' };
    },
  });
  const answer = await server.handleWeb(webRequest(request) as Parameters<Server['handleWeb']>[0]);
  const failure = store.failure ?? body.failure;
  if (failure !== undefined || answer.status >= 400) await store.undoCreation();
  if (failure !== undefined) throw failure;
  const headers = Object.fromEntries(
    [...answer.headers].filter(([name]) => !name.startsWith('access-control-') && name !== 'content-length'),
  );
  if (answer.status >= 400) {
    const { body, headers: problemHeaders } =
      fault ?? tusProblem(answer.status, await answer.text(), request);
    return { status: answer.status, headers: { ...headers, ...problemHeaders }, body };
  }
  if (request.method === 'OPTIONS') headers['tus-checksum-algorithm'] = checksumAlgorithms.join(',');
  if (store.completed !== undefined) headers[fileIdHeader] = store.completed.id;
  return { status: answer.status, headers, body: '' };
}

/** Without its body: on the way through the library's streams it would be copied again and again. The store reads it itself. */
function webRequest({ method, path, headers }: StreamDoorRequest): Request {
  return new Request(`http://files${path}`, { method, headers });
}

/** Errors of ours keep their code; those of the protocol keep the status that its clients go by. */
function faultOf(error: object, { core }: DoorParts, request: StreamDoorRequest): StreamDoorResponse {
  if ('status_code' in error && 'body' in error)
    return tusProblem(Number(error.status_code), String(error.body), request);
  return maskedProblem(error, request, core.log);
}

const tusVersion = '1.0.0';

const codes: Readonly<Record<number, ErrorCode>> = {
  404: 'NOT_FOUND',
  409: 'OFFSET_CONFLICT',
  410: 'NOT_FOUND',
  412: 'TUS_VERSION_UNSUPPORTED',
  413: 'PAYLOAD_TOO_LARGE',
  [checksumMismatch]: 'CONTENT_MISMATCH',
};

function tusProblem(status: number, text: string, request: StreamDoorRequest): StreamDoorResponse {
  const code = codes[status] ?? 'BAD_REQUEST';
  const error = new CodedError(code, text.trim() || 'The request is not one of tus 1.0.');
  const title = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({ ...problemOf(error, request), title, status });
  return { ...problemResponse(error, request), status, body };
}
