import type { Logger } from '@tributary/runtime';
import { noWorkspaceId, type Principal } from '@tributary/subgraph-kit';
import type { EarlyRefusal } from './early-refusal.ts';
import type { IdentityDirectory, RecordedRefusal } from './identity-directory.ts';

export interface RefusalReports extends AsyncDisposable {
  report(principal: Principal, refusal: EarlyRefusal): void;
}

const batchLimit = 100;
const waitingLimit = 1_000;
const everyMs = 1_000;

/**
 * Tells identity's audit log what the gateway refused, in batches of a second. Bounded: a flood of refusals loses its tail here rather than
 * taking memory, and says how many.
 */
export function createRefusalReports(directory: IdentityDirectory, log: Logger): RefusalReports {
  let waiting: RecordedRefusal[] = [];
  let lost = 0;
  let sending: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchLimit);
      try {
        await directory.recordRefusals(batch);
      } catch (err) {
        log.warn({ err, count: batch.length }, 'refusals could not be recorded');
        return;
      }
    }
    if (lost > 0) log.warn({ count: lost }, 'more was refused than can be recorded');
    lost = 0;
  };
  const flush = (): Promise<void> => {
    sending = sending.then(send);
    return sending;
  };
  const timer = setInterval(() => {
    if (waiting.length > 0) void flush();
  }, everyMs);
  timer.unref();
  return {
    report: (principal, { coordinate, error }) => {
      // A stranger without a workspace refused nothing that a workspace's audit log could hold.
      if (principal.workspaceId === noWorkspaceId) return;
      if (waiting.length >= waitingLimit) {
        lost += 1;
        return;
      }
      const { workspaceId, kind, id } = principal;
      waiting.push({ workspaceId, coordinate, code: error.code, principalKind: kind, principalId: id });
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await flush();
      waiting = [];
    },
  };
}
