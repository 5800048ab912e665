import { CodedError, hasUnseenCharacters } from '@tributary/runtime';

/**
 * What names a queue wherever one is named, so that what runs wait in can be paused and limited. One that is not named is the job's own.
 * @throws CodedError BAD_USER_INPUT naming the argument
 */
export function checkQueueName(argument: string, name: string | null | undefined): void {
  if (name === null || name === undefined || /^[\w.:/-]{1,100}$/.test(name)) return;
  throw new CodedError('BAD_USER_INPUT', 'A queue name has 1 to 100 letters, digits and . : / _ -.', {
    details: { argument },
  });
}

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
