import { CodedError, errorCodes, type Logger, newId } from '@tributary/runtime';
import type { ProblemRequest } from '@tributary/subgraph-kit';
import { problemMediaType, problemOf, refusalHeaders } from '@tributary/subgraph-kit/problem';
import type { FastifyError } from 'fastify';

/** An error as an HTTP answer: the same facts in GraphQL's shape for the graph, in RFC 9457's for every other path. */
export interface CodedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: string;
}

/** The error in GraphQL's shape. */
export function graphqlAnswer(error: CodedError): CodedAnswer {
  const { code, status, retryable, details } = error;
  const extensions = {
    code,
    advice: errorCodes[code].advice,
    ...(retryable ? { retryable } : {}),
    ...details,
  };
  const body = JSON.stringify({ errors: [{ message: error.message, extensions }] });
  const contentType = 'application/json; charset=utf-8';
  return { status, headers: refusalHeaders(error), contentType, body };
}

/** The error as a problem document. */
export function problemAnswer(error: CodedError, request: ProblemRequest): CodedAnswer {
  const body = JSON.stringify(problemOf(error, request));
  return { status: error.status, headers: refusalHeaders(error), contentType: problemMediaType, body };
}

/** Whatever went wrong before a handler answered, as a coded error; what nobody foresaw is logged under the id it answers with. */
export function asCodedError(error: unknown, log: Logger): CodedError {
  if (error instanceof CodedError) return error;
  const { code, statusCode } = (error ?? {}) as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413)
    return new CodedError('PAYLOAD_TOO_LARGE', 'The body is too large.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || statusCode === 415)
    return new CodedError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON (application/json).');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new CodedError('BAD_REQUEST', 'The request is not well formed.');
  const errorId = newId();
  log.error({ err: error, errorId, code: 'INTERNAL' }, 'unexpected error');
  return new CodedError('INTERNAL', 'Something went wrong on our side.', { details: { errorId } });
}
