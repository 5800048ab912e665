import { STATUS_CODES } from 'node:http';
import { CodedError, type ErrorCode, errorCodes, isErrorCode } from '@tributary/runtime';
import type { DoorResponse } from '@tributary/subgraph-kit';
import type { GraphQLFormattedError } from 'graphql';

/** A failure in the shape of RFC 9457, with the code and advice that every surface of the product shares. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ErrorCode;
  readonly advice: string;
  readonly requestId: string;
  /** Facts about the fault: the parameter, a limit, `errors` with JSON pointers. */
  readonly [detail: string]: unknown;
}

export const problemMediaType = 'application/problem+json';
const reserved = new Set([
  'type',
  'title',
  'status',
  'detail',
  'instance',
  'code',
  'advice',
  'requestId',
  'stacktrace',
  'exception',
  'serviceName',
]);

/** Makes the answer to a failed request. Details keep their names unless RFC 9457 has the name. */
export function problemResponse(
  error: CodedError,
  request: { readonly path: string; readonly requestId: string },
): DoorResponse {
  const { code, status } = error;
  const details = Object.entries(error.details).filter(([name]) => !reserved.has(name));
  const problem: Problem = {
    ...Object.fromEntries(details),
    type: `https://tributary.dev/errors#${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    instance: request.path.slice(0, 512),
    code,
    advice: errorCodes[code].advice,
    requestId: request.requestId,
  };
  const waitSeconds = error.details['retryAfterSeconds'];
  const retryAfter = typeof waitSeconds === 'number' ? Math.ceil(waitSeconds) : 1;
  return {
    status,
    headers: {
      'content-type': problemMediaType,
      'cache-control': 'no-store',
      ...(error.retryable ? { 'retry-after': String(retryAfter) } : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="tributary"' } : {}),
    },
    body: JSON.stringify(problem),
  };
}

/**
 * The coded error behind the first error of a GraphQL result. Its text was masked by the graph; an unknown code is a fault of ours
 * and says nothing.
 */
export function codedErrorFrom(error: GraphQLFormattedError): CodedError {
  const { code, ...details } = error.extensions ?? {};
  if (!isErrorCode(code))
    return new CodedError('INTERNAL', 'Something went wrong on our side.', { cause: error });
  return new CodedError(code, error.message, { details });
}
