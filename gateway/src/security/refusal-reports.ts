import type { Counter, Logger } from '@tributary/runtime';
import { noWorkspaceId, type Principal, whoWasRefused } from '@tributary/subgraph-kit';
import type { EarlyRefusal } from './early-refusal.ts';
import type { IdentityDirectory, RecordedRefusal } from './identity-directory.ts';

export interface RefusalReports extends AsyncDisposable {
  report(principal: Principal, refusal: EarlyRefusal): void;
}

export interface RefusalReportsOptions {
  readonly directory: Pick<IdentityDirectory, 'recordRefusals'>;
  readonly log: Logger;
  /** Counts what no audit log will show. */
  readonly lost: Counter;
}

const batchLimit = 100;
const waitingLimit = 1_000;
const everyMs = 1_000;

/**
 * Tells identity's audit log what the gateway refused, in batches of a second. What identity does not take is kept and sent again with
 * the next batch. Bounded: a flood, or a long absence, loses the latest here rather than taking memory, and is counted.
 */
export function createRefusalReports({ directory, log, lost }: RefusalReportsOptions): RefusalReports {
  let waiting: RecordedRefusal[] = [];
  let sending: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchLimit);
      try {
        await directory.recordRefusals(batch);
      } catch (err) {
        log.warn({ err, count: waiting.length }, 'refusals could not be recorded yet');
        return;
      }
      waiting = waiting.slice(batch.length);
    }
  };
  const flush = (): Promise<void> => {
    sending = sending.then(send);
    return sending;
  };
  // One round at a time: an identity that hangs must not be asked again before it has answered.
  let isFlushing = false;
  const timer = setInterval(() => {
    if (waiting.length === 0 || isFlushing) return;
    isFlushing = true;
    void flush().finally(() => {
      isFlushing = false;
    });
  }, everyMs);
  timer.unref();
  return {
    report: (principal, { coordinate, error }) => {
      // A stranger without a workspace refused nothing that a workspace's audit log could hold.
      if (principal.workspaceId === noWorkspaceId) return;
      if (waiting.length >= waitingLimit) {
        lost.inc();
        return;
      }
      waiting.push({ ...whoWasRefused(principal), coordinate, code: error.code });
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await flush();
      if (waiting.length > 0) {
        lost.inc(waiting.length);
        log.warn({ count: waiting.length }, 'refusals were lost: identity did not take them before the end');
      }
      waiting = [];
    },
  };
}
