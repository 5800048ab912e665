import { CodedError } from '@tributary/runtime';

/** What everybody says of an argument that can be no id, and of what a field refers to. */
export function notAnId(place: string, kind: 'argument' | 'field' = 'argument'): CodedError {
  return new CodedError('BAD_USER_INPUT', `${place} is not an id.`, { details: { [kind]: place } });
}
