import { STATUS_CODES } from 'node:http';
import { type ErrorCode, errorCodes, isErrorCode } from '@tributary/runtime';
import { problemType } from '@tributary/subgraph-kit';
import type { JsonSchema } from './json-schema.ts';

/** Codes that no request below /v1 is answered with; every other one may be, so that a new one is told unless it is looked at. */
const neverOverRest: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  // Of sockets, streams of events and the persisted texts of GraphQL.
  'CURSOR_EXPIRED',
  'STREAM_INTERRUPTED',
  'TOO_MANY_CONNECTIONS',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_NOT_IN_LIST',
  'INTROSPECTION_DISABLED',
  // Of the doors that take and give bytes, and sign calls.
  'TUS_VERSION_UNSUPPORTED',
  'OFFSET_CONFLICT',
  'RANGE_NOT_SATISFIABLE',
  // Of signing keys, which are the operator's.
  'TOO_EARLY',
  // Told of a trigger or a run, in its own fields.
  'TRIGGER_LOOP',
  'CANCELLED',
  // They stop a start, or are masked as INTERNAL.
  'CONFIG_INVALID',
  'TOPIC_PARTITIONS_FIXED',
  'EVENT_INVALID',
  'MODEL_INVALID',
  'MIGRATION_REFUSED',
]);

/** The failures a partner can meet. */
const reachable: readonly ErrorCode[] = Object.keys(errorCodes)
  .filter(isErrorCode)
  .filter((code) => !neverOverRest.has(code));

export const problemSchema: JsonSchema = {
  type: 'object',
  description:
    'A failure (RFC 9457). `code` is for programs and stays; `detail` is for people and may be reworded.',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer', format: 'int32', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri-reference', description: 'The path that was asked for.' },
    code: { type: 'string', enum: reachable },
    advice: { type: 'string', description: 'What to do about it.' },
    retryable: { type: 'boolean', description: 'True: the same request may succeed later.' },
    requestId: {
      type: 'string',
      description: 'Finds the request in the logs; name it when you report a fault.',
    },
    parameter: { type: 'string', description: 'The parameter or header that is wrong; `body` for the body.' },
    errors: {
      type: 'array',
      description: 'Each fault of a body, 20 at most.',
      items: {
        type: 'object',
        properties: { pointer: { type: 'string', format: 'json-pointer' }, detail: { type: 'string' } },
        required: ['pointer', 'detail'],
      },
    },
    moreErrors: { type: 'boolean', description: 'The body has more faults than `errors` tells.' },
  },
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'advice', 'requestId'],
};

/** The component that describes failures with a status. */
export function problemName(status: number): string {
  return `${(STATUS_CODES[status] ?? 'Error').replaceAll(/[^A-Za-z]/g, '')}Problem`;
}

/** One response component for each of the statuses. */
export function problemResponses(statuses: readonly number[]): JsonSchema {
  return Object.fromEntries(statuses.map((status) => [problemName(status), problemResponseObject(status)]));
}

function problemResponseObject(status: number): JsonSchema {
  const codes = reachable.filter((code) => errorCodes[code].status === status);
  const [code = 'INTERNAL'] = codes;
  const example = {
    type: problemType(code),
    title: STATUS_CODES[status],
    status,
    detail: errorCodes[code].advice,
    instance: '/v1/airports',
    code,
    advice: errorCodes[code].advice,
    requestId: '01938f6e-a0b1-7c2d-8e3f-405162738495',
  };
  return {
    description: codes.map((each) => `\`${each}\`: ${errorCodes[each].advice}`).join('\n\n'),
    ...(codes.some((each) => errorCodes[each].retryable)
      ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }
      : {}),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example } },
  };
}
