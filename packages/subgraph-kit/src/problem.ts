import { STATUS_CODES } from 'node:http';
import { CodedError, type ErrorCode, errorCodes, type Logger, newId } from '@tributary/runtime';
import type { DoorResponse } from './call.ts';

/** A failure in the shape of RFC 9457, the same at every door, with the code and advice that all surfaces share. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The path that was asked for; absent where none could be read. */
  readonly instance?: string;
  readonly code: ErrorCode;
  readonly advice: string;
  readonly requestId: string;
  /** Facts about the fault: `retryable`, `errorId`, the parameter, a limit, `errors` with JSON pointers. */
  readonly [detail: string]: unknown;
}

/** What a problem says of the request it answers. */
export interface ProblemRequest {
  readonly path?: string;
  readonly requestId: string;
}

/** The page that explains every type of problem, served by the product itself. */
export const problemTypes = '/v1/errors';

/**
 * The `type` of a code's problems (RFC 9457 §3.1.1): a reference to its row on that page, on whatever host was asked. Clients compare `code`; this is for
 * people who follow it.
 */
export function problemType(code: ErrorCode): string {
  return `${problemTypes}#${code}`;
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

/** Details keep their names unless RFC 9457 has the name. */
export function problemOf(error: CodedError, { path, requestId }: ProblemRequest): Problem {
  const { code, status, retryable } = error;
  const details = Object.entries(error.details).filter(([name]) => !reserved.has(name));
  return {
    ...Object.fromEntries(details),
    type: problemType(code),
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    ...(path === undefined ? {} : { instance: path.slice(0, 512) }),
    code,
    advice: errorCodes[code].advice,
    ...(retryable ? { retryable } : {}),
    requestId,
  };
}

/** The fields every refusal carries over HTTP, whatever the shape of its body. */
export function refusalHeaders({ status, retryable, details }: CodedError): Readonly<Record<string, string>> {
  const waitSeconds = details['retryAfterSeconds'];
  const retryAfter = typeof waitSeconds === 'number' ? Math.ceil(waitSeconds) : 1;
  return {
    ...(retryable ? { 'retry-after': String(retryAfter) } : {}),
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="tributary"' } : {}),
  };
}

/** Makes a door's answer to a request that failed. */
export function problemResponse(error: CodedError, request: ProblemRequest): DoorResponse {
  return {
    status: error.status,
    headers: { 'content-type': problemMediaType, 'cache-control': 'no-store', ...refusalHeaders(error) },
    body: JSON.stringify(problemOf(error, request)),
  };
}

/** A coded error as it stands; anything else as INTERNAL with an id that finds it in the log. */
export function maskedProblem(error: unknown, request: ProblemRequest, log: Logger): DoorResponse {
  // One of ours with an id was masked, and is in the log, already.
  if (error instanceof CodedError && (error.status !== 500 || typeof error.details['errorId'] === 'string'))
    return problemResponse(error, request);
  const errorId = newId();
  log.error({ err: error, errorId, requestId: request.requestId, code: 'INTERNAL' }, 'unexpected error');
  const masked = new CodedError('INTERNAL', 'Something went wrong on our side.', { details: { errorId } });
  return problemResponse(masked, request);
}
