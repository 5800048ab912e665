import { CodedError } from '@tributary/runtime';
import type { RouteArguments } from '../domain/route-directives.ts';

/**
 * A condition that nothing here evaluates must not be taken for one that held (RFC 9110 §13.1): its writer would overwrite what it names.
 * `If-Match: *` holds by itself, because what is not there is not found.
 * @throws CodedError BAD_REQUEST for If-Match where a route takes none, and for If-None-Match on a write.
 */
export function assertConditions(headers: Readonly<Record<string, string>>, route: RouteArguments): void {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && ifMatch.trim() !== '*' && route.ifMatch === undefined)
    throw notEvaluated('If-Match', 'What this route answers has no versions to compare.');
  if (headers['if-none-match'] !== undefined && route.method !== 'GET')
    throw notEvaluated('If-None-Match', 'It is for reading.');
}

function notEvaluated(name: string, reason: string): CodedError {
  return new CodedError('BAD_REQUEST', `This takes no ${name}: leave it out. ${reason}`, {
    details: { parameter: name },
  });
}
