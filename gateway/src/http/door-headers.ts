import { CodedError } from '@tributary/runtime';
import { assertionHeader, clientAddressHeader, requestIdHeader } from '@tributary/subgraph-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { connectionHeaders } from '../execution/connection-headers.ts';

/** Inflated bytes could not be bounded by what arrives. @throws CodedError UNSUPPORTED_MEDIA_TYPE */
export function refuseCompressed(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', 'Compressed bodies are not taken here.');
}

/** Puts a door's headers on the answer, over ours. */
export function setDoorHeaders(reply: FastifyReply, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers))
    reply.header(name, name === 'vary' ? merged(reply.getHeader('vary'), value) : value);
}

/** What an answer depends on, by the door and by us (RFC 9110 §12.5.5): caches need both. */
function merged(ours: unknown, theirs: string): string {
  const names = `${ours ?? ''},${theirs}`.split(',').map((name) => name.trim().toLowerCase());
  return [...new Set(names)].filter((name) => name !== '').join(', ');
}

/** Credentials end here, and so do fields of one connection and fields that only processes of ours may set. */
const kept = new Set([
  ...connectionHeaders,
  assertionHeader,
  clientAddressHeader,
  requestIdHeader,
  'authorization',
  'x-api-key',
  'cookie',
  'host',
  'expect',
  'content-length',
]);

/** The request's headers as a door sees them. */
export function headersToPassOn({
  headers,
  hostname,
  protocol,
  host,
}: FastifyRequest): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (
      value === undefined ||
      kept.has(name) ||
      name.startsWith('x-forwarded-') ||
      name.startsWith('x-user') ||
      name.startsWith('x-role')
    )
      continue;
    passed[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { ...passed, 'x-forwarded-host': host ?? hostname, 'x-forwarded-proto': protocol };
}
