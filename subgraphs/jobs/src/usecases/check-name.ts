import { CodedError, hasUnseenCharacters } from '@tributary/runtime';

/**
 * What names a queue for runs to come: a segment of a path holds it, so that what they wait in can be paused and limited over REST too. One that is
 * not named is the job's own.
 * @throws CodedError BAD_USER_INPUT naming the argument
 */
export function checkNewQueueName(argument: string, name: string | null | undefined): void {
  if (name === null || name === undefined || /^(?!\.{1,2}$)[\w.:-]{1,100}$/.test(name)) return;
  throw refused(argument, '. : _ -, and is neither . nor ..');
}

/** What names a queue that may be there: some were made when a name could also hold a slash. @throws CodedError BAD_USER_INPUT naming the argument */
export function checkQueueName(argument: string, name: string): void {
  if (!/^[\w.:/-]{1,100}$/.test(name)) throw refused(argument, '. : / _ -');
}

function refused(argument: string, signs: string): CodedError {
  return new CodedError('BAD_USER_INPUT', `A queue name has 1 to 100 letters, digits and ${signs}.`, {
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
