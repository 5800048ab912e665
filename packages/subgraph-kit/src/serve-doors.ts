import { CodedError, newId } from '@tributary/runtime';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Door, DoorRequest } from './call.ts';
import { assertionHeader, clientAddressHeader, requestIdHeader, single } from './internal-headers.ts';
import { type ProblemRequest, problemResponse } from './problem.ts';
import { openRequestStream } from './request-stream.ts';
import type { StreamDoor, StreamDoorResponse } from './stream-door.ts';

/** The gateway waits this long for its client; it is told first. */
const idleMs = 60_000;

/** Puts a door behind HTTP for the gateway: bodies arrive whole. */
export function addDoor(server: FastifyInstance, door: Door): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const prefix of door.prefixes) {
      scope.all(`${prefix}*`, async (request, reply) => {
        const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
        const response = await door.handle({ ...requestOf(request), body });
        return reply.code(response.status).headers(response.headers).send(response.body);
      });
    }
  });
}

/** Puts a stream door behind HTTP for the gateway: bodies are read while they arrive. */
export function addStreamDoor(server: FastifyInstance, door: StreamDoor): void {
  const limits = { bodyLimitBytes: door.bodyLimitBytes, idleMs };
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    for (const prefix of door.prefixes) {
      scope.all(`${prefix}*`, async (request, reply) => {
        const asked = requestOf(request);
        const response = await answerOf(asked, () =>
          door.handle({ ...asked, ...openRequestStream(request.raw, reply.raw, limits) }),
        );
        return reply.code(response.status).headers(response.headers).send(response.body);
      });
    }
  });
}

/** A door masks its own faults; what is left is what its request cannot be read for. */
async function answerOf(
  request: ProblemRequest,
  answer: () => Promise<StreamDoorResponse>,
): Promise<StreamDoorResponse> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof CodedError) return problemResponse(error, request);
    throw error;
  }
}

function requestOf(request: FastifyRequest): Omit<DoorRequest, 'body'> {
  // A query may hold further question marks (RFC 3986 §3.4).
  const at = request.url.indexOf('?');
  return {
    method: request.method,
    path: at < 0 ? request.url : request.url.slice(0, at),
    query: at < 0 ? '' : request.url.slice(at + 1),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, single(value) ?? '']),
    ),
    assertion: single(request.headers[assertionHeader]) ?? '',
    requestId: single(request.headers[requestIdHeader]) ?? newId(),
    clientAddress: single(request.headers[clientAddressHeader]),
  };
}
