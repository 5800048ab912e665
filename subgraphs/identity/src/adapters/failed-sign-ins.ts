import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Relational } from '@tributary/engines/relational';
import type { Clock, Logger } from '@tributary/runtime';
import { signInRefused } from './events.ts';
import { workspacesOf } from './members.ts';

/**
 * How many failures within the limiter's window make an entry: the first, a run of them, and what closes the account. Guessing all day
 * leaves a few entries an hour, never one for each guess.
 */
const told: ReadonlySet<number> = new Set([1, 10, 50]);
const maxWorkspaces = 100;
const maxWaiting = 1_000;

export interface FailedSignIn {
  readonly userId: string;
  /** Failures on this account within the limiter's window. */
  readonly failures: number;
}

/** Tells the workspaces of an account that somebody tried to sign in to it and failed. */
export interface FailedSignIns {
  /** Never throws and never waits: the answer to the caller takes as long as for an address that has no account. */
  record(failed: FailedSignIn): void;
}

export function createFailedSignIns(deps: {
  readonly relational: Relational;
  readonly clock: Clock;
  readonly log: Logger;
}): FailedSignIns {
  const { relational, clock, log } = deps;
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  const write = async ({ userId, failures }: FailedSignIn): Promise<void> => {
    try {
      await relational.transaction(async (tx) => {
        const actor = { kind: 'anonymous', id: 'anonymous' };
        const workspaces = await workspacesOf(tx, userId, maxWorkspaces);
        const events = workspaces.map((workspaceId) =>
          signInRefused({ workspaceId, actor, clock }, userId, failures),
        );
        if (events.length > 0) await writeOutbox(tx, events);
      });
    } catch (err) {
      log.error({ err }, 'a failed sign-in could not be recorded');
    } finally {
      waiting -= 1;
    }
  };
  return {
    record: (failed) => {
      if (!told.has(failed.failures)) return;
      if (waiting >= maxWaiting) {
        log.warn({ count: 1 }, 'a failed sign-in was not recorded: too many at once');
        return;
      }
      waiting += 1;
      last = last.then(() => write(failed));
    },
  };
}
