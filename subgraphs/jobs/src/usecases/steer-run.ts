import { createEvent } from '@tributary/engines/event-log/event';
import { writeOutbox } from '@tributary/engines/outbox/relational';
import type { Sql } from '@tributary/engines/relational';
import {
  cancelRun as cancel,
  passOnCancel,
  type RunSummary,
  redriveRun,
  replayRun as replay,
} from '@tributary/job-queue';
import { CodedError, isId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { JobsCore } from '../core.ts';
import { runPrincipal } from './caller.ts';

/** How long the rest of a large family is cancelled while the caller waits; what is left then is cancelled where the queue is looked after. */
const passingOnMs = 2_000;

/** Cancels a run with all that hangs on it; answers its id. @throws CodedError NOT_FOUND */
export async function cancelRun(core: JobsCore, principal: Principal, id: string): Promise<string> {
  const address = { workspaceId: principal.workspaceId, id: knownId(id) };
  const begunMs = core.clock.monotonicMs();
  const { run, toTell, goesOn } = await core.relational.transaction(async (tx) => {
    const cancelled = await cancel(tx, address, { clock: core.clock, actor: principal });
    // Where nothing was left to cancel, nothing was done.
    if (cancelled.hasEffect)
      await tellSteering(tx, core, { verb: 'run_cancelled', run: cancelled.run, principal });
    return cancelled;
  });
  await core.wake.cancel(toTell);
  for (let isLeft = goesOn; isLeft && core.clock.monotonicMs() - begunMs < passingOnMs; ) {
    const part = await passOnCancel(core, address);
    await core.wake.cancel(part?.toTell ?? []);
    isLeft = part?.goesOn ?? false;
  }
  return run.id;
}

/** Drives a dead letter or a cancelled run again. @throws CodedError NOT_FOUND, STATE_CONFLICT */
export async function retryRun(core: JobsCore, principal: Principal, id: string): Promise<string> {
  const address = { workspaceId: principal.workspaceId, id: knownId(id) };
  const run = await core.relational.transaction(async (tx) => {
    const again = await redriveRun(tx, address, { clock: core.clock, principal: runPrincipal(principal) });
    await tellSteering(tx, core, { verb: 'run_driven_again', run: again, principal });
    return again;
  });
  core.wake.ring();
  return run.id;
}

/** A new run with the input of another. @throws CodedError NOT_FOUND, QUEUE_DRAINING */
export async function replayRun(core: JobsCore, principal: Principal, id: string): Promise<string> {
  const address = { workspaceId: principal.workspaceId, id: knownId(id) };
  const run = await core.relational.transaction(async (tx) => {
    const made = await replay(tx, address, { clock: core.clock, principal: runPrincipal(principal) });
    const original = { ...made, id: address.id };
    await tellSteering(tx, core, { verb: 'run_replayed', run: original, newRunId: made.id, principal });
    return made;
  });
  core.wake.ring();
  return run.id;
}

interface Steering {
  readonly verb: 'run_cancelled' | 'run_driven_again' | 'run_replayed';
  readonly run: Pick<RunSummary, 'id' | 'job' | 'queue'>;
  readonly newRunId?: string;
  readonly principal: Principal;
}

/** What became of the run is told by its own events; who did it is told here, for the audit log. In the transaction of the change. */
async function tellSteering(
  tx: Sql,
  { clock }: JobsCore,
  { verb, run: { id, job, queue }, newRunId, principal }: Steering,
): Promise<void> {
  const event = createEvent({
    type: `jobs.steering.${verb}`,
    source: '/subgraphs/jobs',
    subject: `Run/${id}`,
    workspaceId: principal.workspaceId,
    actor: { kind: principal.kind, id: principal.id },
    data: { id, job, queue, ...(newRunId === undefined ? {} : { newRunId }) },
    clock,
  });
  await writeOutbox(tx, [{ topic: 'jobs.steering', event }]);
}

function knownId(id: string): string {
  if (!isId(id)) throw new CodedError('NOT_FOUND', 'There is no such run.');
  return id;
}
