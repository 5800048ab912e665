import { CodedError, errorCodes, type Logger, newId } from '@tributary/runtime';
import type { FastifyError } from 'fastify';

/** An error as an HTTP answer: the same facts in GraphQL's shape for the graph, in RFC 9457's for every other path. */
export interface CodedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: string;
}

export type AnswerShape = 'graphql' | 'problem';

export function codedAnswer(error: CodedError, shape: AnswerShape, errorId?: string): CodedAnswer {
  const { advice, retryable, status } = errorCodes[error.code];
  const facts = {
    ...(retryable ? { retryable } : {}),
    ...(errorId === undefined ? {} : { errorId }),
    ...error.details,
  };
  const headers = headersOf(error);
  if (shape === 'graphql') {
    const body = JSON.stringify({
      errors: [{ message: error.message, extensions: { code: error.code, advice, ...facts } }],
    });
    return { status, headers, contentType: 'application/json; charset=utf-8', body };
  }
  const body = JSON.stringify({
    type: 'about:blank',
    title: titleOf(error.code),
    status,
    code: error.code,
    detail: error.message,
    advice,
    ...facts,
  });
  return { status, headers, contentType: 'application/problem+json; charset=utf-8', body };
}

function headersOf({ code, retryable, details }: CodedError): Record<string, string> {
  if (code === 'UNAUTHENTICATED') return { 'www-authenticate': 'Bearer realm="tributary"' };
  return retryable ? { 'retry-after': String(details['retryAfterSeconds'] ?? 1) } : {};
}

/** Whatever went wrong before a handler answered, as a coded error; what nobody foresaw is logged under the id it answers with. */
export function asCodedError(
  error: unknown,
  log: Logger,
): { readonly coded: CodedError; readonly errorId?: string } {
  if (error instanceof CodedError) return { coded: error };
  const { code, statusCode } = (error ?? {}) as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413)
    return { coded: new CodedError('PAYLOAD_TOO_LARGE', 'The body is too large.') };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || statusCode === 415)
    return { coded: new CodedError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON (application/json).') };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { coded: new CodedError('BAD_REQUEST', 'The request is not well formed.') };
  const errorId = newId();
  log.error({ err: error, errorId, code: 'INTERNAL' }, 'unexpected error');
  return { coded: new CodedError('INTERNAL', 'Something went wrong on our side.'), errorId };
}

/** `NOT_FOUND` as `Not found`. */
function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
