import { changeQueue as change, type QueueChange } from '@tributary/job-queue';
import { CodedError } from '@tributary/runtime';
import { type Principal, versionConflict } from '@tributary/subgraph-kit';
import { type QueueRecord, queueNamed } from '../adapters/queue-table.ts';
import type { JobsCore } from '../core.ts';
import type { QueueLimitsInput } from '../generated/schema.ts';
import { checkQueueName } from './check-name.ts';

/** Changes a queue of the caller's workspace; one that nobody has used yet may be given settings too. @throws CodedError BAD_USER_INPUT, VERSION_CONFLICT */
export async function changeQueue(
  core: JobsCore,
  principal: Principal,
  { expectedVersion, ...asked }: QueueChange & { readonly expectedVersion?: number | null | undefined },
): Promise<QueueRecord> {
  const { workspaceId } = principal;
  checkQueueName('name', asked.name);
  const changing = { workspaceId, change: asked, expectedVersion: expectedVersion ?? null };
  const changed = await core.relational.transaction((tx) =>
    change(tx, changing, { clock: core.clock, actor: principal }),
  );
  const queue = await queueNamed(core.relational, workspaceId, asked.name);
  if (changed === undefined) throw versionConflict(queue?.version ?? 0, expectedVersion);
  core.wake.ring();
  if (queue === undefined) throw new CodedError('INTERNAL', 'The queue was not changed.');
  return queue;
}

const most = {
  concurrency: 10_000,
  keyConcurrency: 10_000,
  rateLimit: 10_000,
  keyRateLimit: 10_000,
  ratePeriodMs: 86_400_000,
};

/** @throws CodedError BAD_USER_INPUT naming the limit that is out of range */
export function queueLimitsFrom(limits: QueueLimitsInput): Omit<QueueChange, 'name' | 'state'> {
  const given: Record<string, number> = {};
  for (const name of Object.keys(most) as (keyof typeof most)[]) {
    const value = limits[name];
    if (value === null || value === undefined) continue;
    const least = name === 'ratePeriodMs' ? 1 : 0;
    if (value < least || value > most[name])
      throw new CodedError('BAD_USER_INPUT', `${name} lies between ${least} and ${most[name]}.`, {
        details: { argument: `limits.${name}` },
      });
    given[name] = value;
  }
  return given;
}
