import { CodedError, errorCodes, type Logger, newId } from '@tributary/runtime';
import type { DoorResponse } from './call.ts';

/** A failure of a door as RFC 9457 has it, with the code and advice every surface shares. */
export function doorProblem(error: CodedError): DoorResponse {
  const { advice, retryable, status } = errorCodes[error.code];
  const words = error.code.toLowerCase().replaceAll('_', ' ');
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  const facts = { ...(retryable ? { retryable } : {}), ...error.details };
  const body = {
    ...facts,
    type: 'about:blank',
    title,
    status,
    code: error.code,
    detail: error.message,
    advice,
  };
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(retryable ? { 'retry-after': String(error.details['retryAfterSeconds'] ?? 1) } : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="tributary"' } : {}),
    },
    body: JSON.stringify(body),
  };
}

/** A coded error as it stands; anything else as INTERNAL with an id that finds it in the log. */
export function asDoorProblem(error: unknown, log: Logger): DoorResponse {
  if (error instanceof CodedError && error.status !== 500) return doorProblem(error);
  const errorId = newId();
  log.error({ err: error, errorId, code: 'INTERNAL' }, 'unexpected error');
  return doorProblem(
    new CodedError('INTERNAL', 'Something went wrong on our side.', { details: { errorId } }),
  );
}
