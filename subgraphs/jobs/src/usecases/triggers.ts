import { CodedError, isId, newId } from '@tributary/runtime';
import { type Principal, refusalOf, requireVersion } from '@tributary/subgraph-kit';
import { jobsByNames } from '../adapters/definition-table.ts';
import {
  insertTrigger,
  lockTrigger,
  removeTrigger,
  type TriggerRecord,
  triggerTable,
  updateTrigger as update,
} from '../adapters/trigger-table.ts';
import type { JobsCore } from '../core.ts';
import { checkedConditions } from '../domain/trigger-filter.ts';
import { type TriggerTopic, triggerTopics } from '../domain/trigger-topics.ts';
import type { CreateTriggerInput, UpdateTriggerInput } from '../generated/schema.ts';
import { runPrincipal } from './caller.ts';
import { checkName, checkNewQueueName } from './check-name.ts';
import { checkRoom } from './check-room.ts';
import { jobNamed } from './enqueue-job.ts';
import { type StartTarget, tellStart } from './tell-start.ts';
import { bad, pathCheck, rateOf, subjectOf, triggerRequest, typesOf, usualRate } from './trigger-parts.ts';

/** Makes a trigger whose runs act with the caller's rights. @throws CodedError BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT, RUN_LIMIT */
export async function createTrigger(
  core: JobsCore,
  principal: Principal,
  asked: CreateTriggerInput,
): Promise<TriggerRecord> {
  const { name, enabled = true, conditions, types, subject } = asked;
  const { workspaceId } = principal;
  checkName('A trigger', name);
  checkNewQueueName('queue', asked.queue);
  const job = jobNamed(await jobsByNames(core.relational, [asked.job]), asked.job);
  const topic = readableTopic(asked.topic, principal);
  const told = { topic, types: typesOf(topic, types ?? topic.types), shapes: core.eventShapes };
  const row = {
    id: newId(),
    name,
    jobName: job.name,
    topic: topic.name,
    types: told.types,
    subject: subjectOf(subject ?? ''),
    conditions: checkedConditions(conditions ?? [], pathCheck('conditions', told)),
    request: triggerRequest(job, principal, { ...asked, checkPath: pathCheck('input', told) }),
    enabled,
    runsPerMinute: rateOf(asked.runsPerMinute ?? usualRate),
    workspaceId,
    principal: runPrincipal(principal),
  };
  return core.relational.transaction(async (tx) => {
    await checkRoom(tx, triggerTable, { workspaceId, what: 'trigger', name });
    const made = await insertTrigger(tx, row);
    return tellStart(tx, core, { kind: 'Trigger', verb: 'created', row: made, principal });
  });
}

/** Changes what is given; it acts with the caller's rights from then on. @throws CodedError NOT_FOUND, VERSION_CONFLICT, FORBIDDEN, BAD_USER_INPUT */
export async function updateTrigger(
  core: JobsCore,
  principal: Principal,
  { id, input: asked, expectedVersion }: StartTarget & { readonly input: UpdateTriggerInput },
): Promise<TriggerRecord> {
  const { workspaceId } = principal;
  return core.relational.transaction(async (tx) => {
    const present = isId(id) ? await lockTrigger(tx, workspaceId, id) : undefined;
    if (present === undefined) throw new CodedError('NOT_FOUND', 'There is no such trigger.');
    requireVersion(present.version, expectedVersion);
    const topic = readableTopic(present.topic, principal);
    const job = (await jobsByNames(tx, [present.jobName])).get(present.jobName);
    const { request: old } = present;
    // One that was taken under older rules may stay.
    if (asked.queue !== old.queue) checkNewQueueName('queue', asked.queue);
    const told = { topic, types: typesOf(topic, asked.types ?? present.types), shapes: core.eventShapes };
    // What was taken under older rules may stay, so that it can still be stopped.
    const isNew = (part: unknown): boolean => part !== undefined || Boolean(asked.types);
    const wanted = {
      queue: asked.queue ?? old.queue,
      priority: asked.priority ?? old.priority ?? 0,
      input: asked.input === undefined ? old.input : asked.input,
    };
    const conditions = asked.conditions ?? undefined;
    const changed = await update(tx, id, {
      workspaceId,
      types: told.types,
      subject: subjectOf(asked.subject ?? present.subject),
      conditions: isNew(conditions)
        ? checkedConditions(conditions ?? present.conditions, pathCheck('conditions', told))
        : present.conditions,
      enabled: asked.enabled ?? present.enabled,
      runsPerMinute: rateOf(asked.runsPerMinute ?? present.runsPerMinute),
      // A job that no runner knows any more keeps what it was given.
      request:
        job === undefined
          ? { ...old, ...wanted }
          : triggerRequest(job, principal, {
              ...wanted,
              ...(isNew(asked.input) && { checkPath: pathCheck('input', told) }),
            }),
      principal: runPrincipal(principal),
    });
    return tellStart(tx, core, { kind: 'Trigger', verb: 'updated', row: changed, principal });
  });
}

/** Answers whether there was one. @throws CodedError VERSION_CONFLICT */
export async function deleteTrigger(
  core: JobsCore,
  principal: Principal,
  { id, expectedVersion }: StartTarget,
): Promise<boolean> {
  const { workspaceId } = principal;
  if (!isId(id)) return false;
  return core.relational.transaction(async (tx) => {
    const present = await lockTrigger(tx, workspaceId, id);
    if (present !== undefined) requireVersion(present.version, expectedVersion);
    const removed = await removeTrigger(tx, workspaceId, id);
    if (removed !== undefined)
      await tellStart(tx, core, { kind: 'Trigger', verb: 'deleted', row: removed, principal });
    return removed !== undefined;
  });
}

/** The topic, for a principal who may read its events. @throws CodedError BAD_USER_INPUT, FORBIDDEN */
export function readableTopic(name: string, principal: Principal): TriggerTopic {
  const topic = triggerTopics.get(name);
  if (topic === undefined) throw bad('topic', `topic is one of ${[...triggerTopics.keys()].join(', ')}.`);
  const refusal = refusalOf(principal, topic.allowance);
  if (refusal !== undefined) throw refusal;
  return topic;
}
