import { cancelRun as cancel, redriveRun, replayRun as replay } from '@tributary/job-queue';
import { CodedError, isId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { JobsCore } from '../core.ts';
import { runPrincipal } from './caller.ts';

/** Cancels a run with all that hangs on it; answers its id. @throws CodedError NOT_FOUND */
export async function cancelRun(core: JobsCore, principal: Principal, id: string): Promise<string> {
  const address = { workspaceId: principal.workspaceId, id: knownId(id) };
  const { run, toTell } = await core.relational.transaction((tx) =>
    cancel(tx, address, { clock: core.clock, actor: principal }),
  );
  await core.wake.cancel(toTell);
  return run.id;
}

/** Drives a dead letter or a cancelled run again. @throws CodedError NOT_FOUND, CONFLICT */
export async function retryRun(core: JobsCore, principal: Principal, id: string): Promise<string> {
  const address = { workspaceId: principal.workspaceId, id: knownId(id) };
  const run = await core.relational.transaction((tx) =>
    redriveRun(tx, address, { clock: core.clock, principal: runPrincipal(principal) }),
  );
  core.wake.ring();
  return run.id;
}

/** A new run with the input of another. @throws CodedError NOT_FOUND, QUEUE_DRAINING */
export async function replayRun(core: JobsCore, principal: Principal, id: string): Promise<string> {
  const address = { workspaceId: principal.workspaceId, id: knownId(id) };
  const run = await core.relational.transaction((tx) =>
    replay(tx, address, { clock: core.clock, principal: runPrincipal(principal) }),
  );
  core.wake.ring();
  return run.id;
}

function knownId(id: string): string {
  if (!isId(id)) throw new CodedError('NOT_FOUND', 'There is no such run.');
  return id;
}
