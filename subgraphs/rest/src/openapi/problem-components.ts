import { STATUS_CODES } from 'node:http';
import { type ErrorCode, errorCodes } from '@tributary/runtime';
import { problemType } from '@tributary/subgraph-kit';
import type { JsonSchema } from './json-schema.ts';

/** The failures a partner can meet, by status; the rest of the codes never leave the graph or stop a start. */
const reachable: readonly ErrorCode[] = [
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'CURSOR_INVALID',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'ROUTE_NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'CONFLICT',
  'STATE_CONFLICT',
  'STILL_REFERENCED',
  'VERSION_CONFLICT',
  'IDEMPOTENCY_IN_PROGRESS',
  'QUEUE_DRAINING',
  'RUN_LIMIT',
  'UPLOAD_INCOMPLETE',
  'PRECONDITION_FAILED',
  'QUOTA_EXCEEDED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_MISMATCH',
  'RATE_LIMITED',
  'INTERNAL',
  'OVERLOADED',
  'ENGINE_UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
];

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
