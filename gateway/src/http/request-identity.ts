import { newId } from '@tributary/runtime';
import { assertionHeader, clientAddressHeader } from '@tributary/subgraph-kit';
import type { FastifyRequest } from 'fastify';
import type { Credentials } from '../security/authenticate.ts';

const saneRequestId = /^[A-Za-z0-9._:-]{8,64}$/;
/** W3C Trace Context §3.2, version 00. */
const saneTraceparent = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's own request id where it is harmless to log and to send on, else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && saneRequestId.test(header) ? header : newId();
}

export function traceparentOf(request: FastifyRequest): string | undefined {
  const traceparent = request.headers['traceparent'];
  return typeof traceparent === 'string' && saneTraceparent.test(traceparent) ? traceparent : undefined;
}

export function credentialsOf({ headers }: FastifyRequest): Credentials {
  return {
    authorization: headers.authorization,
    apiKey: single(headers['x-api-key']),
    workspace: single(headers['tributary-workspace']),
    assertion: single(headers[assertionHeader]),
  };
}

/** Whether a process of ours asks: past the entry its assertion holds. */
export function isOurs(request: FastifyRequest): boolean {
  return credentialsOf(request).assertion !== undefined;
}

/** The client's address as a process of ours names it. Only for requests whose assertion holds: of strangers it is a claim. */
export function assertedAddressOf({ headers }: FastifyRequest): string | undefined {
  return single(headers[clientAddressHeader]);
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
