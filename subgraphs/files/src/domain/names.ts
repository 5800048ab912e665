import { CodedError, fileNameFault, keptName } from '@tributary/runtime';

/** A name of a file or folder as it is kept. @throws CodedError BAD_USER_INPUT */
export function nameOf(text: string, argument = 'name'): string {
  const fault = fileNameFault(text);
  if (fault === undefined) return keptName(text);
  throw new CodedError('BAD_USER_INPUT', `${argument} ${fault}.`, { details: { argument } });
}
