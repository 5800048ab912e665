import { type EventInOutbox, waitingChangesOfRights } from '@tributary/engines/outbox/waiting-events';
import { CodedError } from '@tributary/runtime';
import type { IdentityCore } from '../core.ts';

export const revocationsAtOnce = 500;

/**
 * What was taken away from somebody, or given, and is not in the log yet: a page of it, oldest first. The log tells of it as soon as it can; who lets people in must
 * not wait for that.
 * @throws CodedError BAD_USER_INPUT for an `after` that no page ended with
 */
export async function waitingRevocations(
  { relational }: Pick<IdentityCore, 'relational'>,
  after: string | undefined,
): Promise<readonly EventInOutbox[]> {
  if (after !== undefined && !/^\d{1,18}$/.test(after))
    throw new CodedError('BAD_USER_INPUT', 'after is the row that a page ended with.', {
      details: { field: 'after' },
    });
  return waitingChangesOfRights(relational, { after, limit: revocationsAtOnce });
}
