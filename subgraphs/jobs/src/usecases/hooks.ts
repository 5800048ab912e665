import type { StoredRequest } from '@tributary/job-queue';
import { CodedError, isId, newId } from '@tributary/runtime';
import { type Principal, requireVersion } from '@tributary/subgraph-kit';
import { type JobRecord, jobsByNames } from '../adapters/definition-table.ts';
import { addSecret, endSecrets } from '../adapters/hook-secrets.ts';
import {
  countHookChange,
  type HookRecord,
  hookTable,
  insertHook,
  lockHook,
  removeHook,
  updateHook as update,
} from '../adapters/hook-table.ts';
import type { JobsCore } from '../core.ts';
import type { CreateHookInput, UpdateHookInput } from '../generated/schema.ts';
import { runPrincipal } from './caller.ts';
import { checkName, checkNewQueueName } from './check-name.ts';
import { checkRoom } from './check-room.ts';
import { jobNamed } from './enqueue-job.ts';
import { requestApartFromInput } from './run-request.ts';
import { type StartTarget, tellStart } from './tell-start.ts';

export interface ShownSecret {
  readonly hook: HookRecord;
  /** Nobody is told again. */
  readonly secret: string;
}

const longestOverlapMs = 30 * 86_400_000;

/** Makes a hook whose runs act with the caller's rights. @throws CodedError BAD_USER_INPUT, NOT_FOUND, CONFLICT, RUN_LIMIT */
export async function createHook(
  core: JobsCore,
  principal: Principal,
  asked: CreateHookInput,
): Promise<ShownSecret> {
  const { name, enabled = true } = asked;
  const { workspaceId } = principal;
  checkName('A hook', name);
  checkNewQueueName('queue', asked.queue);
  const job = jobNamed(await jobsByNames(core.relational, [asked.job]), asked.job);
  const request = hookRequest(job, principal, asked);
  const row = {
    id: newId(),
    name,
    jobName: job.name,
    request,
    enabled,
    workspaceId,
    principal: runPrincipal(principal),
  };
  return core.relational.transaction(async (tx) => {
    await checkRoom(tx, hookTable, { workspaceId, what: 'hook', name });
    const made = await insertHook(tx, row);
    const hook = await tellStart(tx, core, { kind: 'Hook', verb: 'created', row: made, principal });
    return { hook, secret: await addSecret(tx, core.keyProvider, hook.id) };
  });
}

/** Changes what is given; it acts with the caller's rights from then on. @throws CodedError NOT_FOUND, VERSION_CONFLICT, BAD_USER_INPUT */
export async function updateHook(
  core: JobsCore,
  principal: Principal,
  { id, input: asked, expectedVersion }: StartTarget & { readonly input: UpdateHookInput },
): Promise<HookRecord> {
  const { workspaceId } = principal;
  return core.relational.transaction(async (tx) => {
    const present = isId(id) ? await lockHook(tx, workspaceId, id) : undefined;
    if (present === undefined) throw noHook();
    requireVersion(present.version, expectedVersion);
    const job = (await jobsByNames(tx, [present.jobName])).get(present.jobName);
    const { request: old } = present;
    // One that was taken under older rules may stay.
    if (asked.queue !== old.queue) checkNewQueueName('queue', asked.queue);
    const wanted = { queue: asked.queue ?? old.queue, priority: asked.priority ?? old.priority ?? 0 };
    const changed = await update(tx, {
      workspaceId,
      id,
      request: job === undefined ? { ...old, ...wanted } : hookRequest(job, principal, wanted),
      enabled: asked.enabled ?? present.enabled,
      principal: runPrincipal(principal),
    });
    return tellStart(tx, core, { kind: 'Hook', verb: 'updated', row: changed, principal });
  });
}

/** A new secret; the one before it holds for a while. @throws CodedError NOT_FOUND, VERSION_CONFLICT, BAD_USER_INPUT */
export async function rotateHookSecret(
  core: JobsCore,
  principal: Principal,
  { id, keepOldForMs, expectedVersion }: StartTarget & { readonly keepOldForMs: number },
): Promise<ShownSecret> {
  if (keepOldForMs < 0 || keepOldForMs > longestOverlapMs)
    throw new CodedError('BAD_USER_INPUT', 'keepOldForMs lies between 0 and 30 days.', {
      details: { argument: 'keepOldForMs' },
    });
  return core.relational.transaction(async (tx) => {
    const { workspaceId } = principal;
    const present = isId(id) ? await lockHook(tx, workspaceId, id) : undefined;
    if (present === undefined) throw noHook();
    requireVersion(present.version, expectedVersion);
    await endSecrets(tx, id, keepOldForMs);
    const secret = await addSecret(tx, core.keyProvider, id);
    const row = await countHookChange(tx, workspaceId, id);
    const hook = await tellStart(tx, core, { kind: 'Hook', verb: 'secret_rotated', row, principal });
    return { hook, secret };
  });
}

/** Answers whether there was one. @throws CodedError VERSION_CONFLICT */
export async function deleteHook(
  core: JobsCore,
  principal: Principal,
  { id, expectedVersion }: StartTarget,
): Promise<boolean> {
  const { workspaceId } = principal;
  if (!isId(id)) return false;
  return core.relational.transaction(async (tx) => {
    const present = await lockHook(tx, workspaceId, id);
    if (present !== undefined) requireVersion(present.version, expectedVersion);
    const removed = await removeHook(tx, workspaceId, id);
    if (removed !== undefined)
      await tellStart(tx, core, { kind: 'Hook', verb: 'deleted', row: removed, principal });
    return removed !== undefined;
  });
}

function hookRequest(
  job: JobRecord,
  principal: Principal,
  { queue = null, priority = null }: Pick<CreateHookInput, 'queue' | 'priority'>,
): StoredRequest {
  const asked = requestApartFromInput({ job: job.name, queue, priority }, job, principal);
  const { queue: to, priority: first = 0, retry, timeLimitMs } = asked;
  return { queue: to, priority: first, input: null, retry, timeLimitMs };
}

function noHook(): CodedError {
  return new CodedError('NOT_FOUND', 'There is no such hook.');
}
