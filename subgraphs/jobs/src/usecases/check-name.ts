import { CodedError, hasUnseenCharacters } from '@tributary/runtime';

/** @throws CodedError BAD_USER_INPUT; `what` is "A schedule" */
export function checkName(what: string, name: string): void {
  if (name.trim() === '' || name.length > 100 || hasUnseenCharacters(name))
    throw new CodedError(
      'BAD_USER_INPUT',
      `${what} has a name of 1 to 100 characters, all of which can be seen.`,
      {
        details: { argument: 'name' },
      },
    );
}
