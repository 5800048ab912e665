import { CodedError } from '@tributary/runtime';
import {
  maskedProblem,
  type StreamDoor,
  type StreamDoorRequest,
  type StreamDoorResponse,
  streamBodyLimitBytes,
} from '@tributary/subgraph-kit';
import { downloadAnswer } from './download-door.ts';
import { formAnswer } from './form-door.ts';
import { putAnswer } from './put-door.ts';
import type { DoorParts } from './request-principal.ts';
import { tusAnswer, tusPrefix } from './tus-door.ts';

const token = '([A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+)';
const downloadPath = new RegExp(`^/files/d/${token}$`);
const putPath = new RegExp(`^/files/u/${token}$`);

/** Bytes in and out: `/files/tus`, `/files/form`, `/files/u/<token>`, `/files/d/<token>`. Never throws: a failure is a problem document. */
export function filesDoor(parts: DoorParts): StreamDoor {
  const answer = async (request: StreamDoorRequest): Promise<StreamDoorResponse> => {
    const principal = await parts.verifier.verify(request.assertion);
    const { path } = request;
    const download = downloadPath.exec(path)?.[1];
    if (download !== undefined) return downloadAnswer(parts, request, download);
    const put = putPath.exec(path)?.[1];
    if (put !== undefined) return putAnswer(parts, request, put);
    if (path === tusPrefix || path.startsWith(`${tusPrefix}/`)) return tusAnswer(parts, principal, request);
    if (path === '/files/form') return formAnswer(parts, principal, request);
    throw new CodedError('NOT_FOUND', 'There is nothing at this path.');
  };
  return {
    prefixes: ['/files'],
    bodyLimitBytes: streamBodyLimitBytes,
    handle: async (request) => {
      const response = await answer(request).catch((error: unknown) => refused(error, parts, request));
      return request.method === 'HEAD' ? { ...response, body: '' } : response;
    },
  };
}

function refused(error: unknown, { core }: DoorParts, request: StreamDoorRequest): StreamDoorResponse {
  const response = maskedProblem(error, request, core.log);
  const allow = error instanceof CodedError ? error.details['allow'] : undefined;
  return Array.isArray(allow)
    ? { ...response, headers: { ...response.headers, allow: allow.join(', ') } }
    : response;
}
