import { queueLimits } from '@tributary/job-queue';
import { CodedError } from '@tributary/runtime';
import {
  type AssertionVerifier,
  type Door,
  type DoorRequest,
  type DoorResponse,
  maskedProblem,
} from '@tributary/subgraph-kit';
import type { JobsCore } from './core.ts';
import { callHook } from './usecases/call-hook.ts';

const prefix = '/hooks';

/** `POST /hooks/<id>`: calls that others sign. Who calls is nobody to the gateway; the signature is what counts. */
export function hooksDoor(core: JobsCore, verifier: AssertionVerifier): Door {
  return {
    prefixes: [prefix],
    handle: async (request) => {
      try {
        await verifier.verify(request.assertion);
        return await answer(core, request);
      } catch (error) {
        return withAllow(maskedProblem(error, request, core.log));
      }
    },
  };
}

async function answer(core: JobsCore, { method, path, headers, body }: DoorRequest): Promise<DoorResponse> {
  const [, hookId] = /^\/hooks\/([^/]{1,100})$/.exec(path) ?? [];
  if (hookId === undefined) throw new CodedError('ROUTE_NOT_FOUND', 'Hooks are called at /hooks/<id>.');
  if (method !== 'POST') throw new CodedError('METHOD_NOT_ALLOWED', 'Hooks are called with POST.');
  if (body.byteLength > queueLimits.inputBytes)
    throw new CodedError('PAYLOAD_TOO_LARGE', `A hook takes ${queueLimits.inputBytes} bytes at most.`, {
      details: { limitBytes: queueLimits.inputBytes },
    });
  const run = await callHook(core, hookId, {
    id: headers['webhook-id'],
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    body,
  });
  return {
    status: 202,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify({ runId: run.id, isNew: run.isNew }),
  };
}

function withAllow(response: DoorResponse): DoorResponse {
  return response.status === 405
    ? { ...response, headers: { ...response.headers, allow: 'POST' } }
    : response;
}
