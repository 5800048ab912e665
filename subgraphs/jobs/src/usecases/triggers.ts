import type { StoredRequest } from '@tributary/job-queue';
import { CodedError, isId, newId } from '@tributary/runtime';
import { type Principal, refusalOf } from '@tributary/subgraph-kit';
import { type JobRecord, jobsByNames } from '../adapters/definition-table.ts';
import {
  insertTrigger,
  lockTrigger,
  removeTrigger,
  type TriggerRecord,
  triggerTable,
  updateTrigger as update,
} from '../adapters/trigger-table.ts';
import type { JobsCore } from '../core.ts';
import { checkTemplate } from '../domain/input-template.ts';
import { checkedConditions } from '../domain/trigger-filter.ts';
import { type TriggerTopic, triggerTopics } from '../domain/trigger-topics.ts';
import type { CreateTriggerInput, UpdateTriggerInput } from '../generated/schema.ts';
import { runPrincipal } from './caller.ts';
import { checkInput } from './check-input.ts';
import { checkName } from './check-name.ts';
import { checkRoom } from './check-room.ts';
import { jobNamed } from './enqueue-job.ts';
import { requestApartFromInput } from './run-request.ts';
import { tellStart } from './tell-start.ts';

/** Makes a trigger whose runs act with the caller's rights. @throws CodedError BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT, RUN_LIMIT */
export async function createTrigger(
  core: JobsCore,
  principal: Principal,
  asked: CreateTriggerInput,
): Promise<TriggerRecord> {
  const { name, enabled = true, conditions, types, subject } = asked;
  const { workspaceId } = principal;
  checkName('A trigger', name);
  const job = jobNamed(await jobsByNames(core.relational, [asked.job]), asked.job);
  const topic = readableTopic(asked.topic, principal);
  const row = {
    id: newId(),
    name,
    jobName: job.name,
    topic: topic.name,
    types: typesOf(topic, types ?? topic.types),
    subject: subjectOf(subject ?? ''),
    conditions: checkedConditions(conditions ?? []),
    request: triggerRequest(job, principal, asked),
    enabled,
    workspaceId,
    principal: runPrincipal(principal),
  };
  return core.relational.transaction(async (tx) => {
    await checkRoom(tx, triggerTable, { workspaceId, what: 'trigger', name });
    const made = await insertTrigger(tx, row);
    return tellStart(tx, core, { kind: 'Trigger', verb: 'created', row: made, principal });
  });
}

/** Changes what is given; it acts with the caller's rights from then on. @throws CodedError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT */
export async function updateTrigger(
  core: JobsCore,
  principal: Principal,
  { id, input: asked }: { readonly id: string; readonly input: UpdateTriggerInput },
): Promise<TriggerRecord> {
  const { workspaceId } = principal;
  return core.relational.transaction(async (tx) => {
    const present = isId(id) ? await lockTrigger(tx, workspaceId, id) : undefined;
    if (present === undefined) throw new CodedError('NOT_FOUND', 'There is no such trigger.');
    const topic = readableTopic(present.topic, principal);
    const job = (await jobsByNames(tx, [present.jobName])).get(present.jobName);
    const { request: old } = present;
    const wanted = {
      queue: asked.queue ?? old.queue,
      priority: asked.priority ?? old.priority ?? 0,
      input: asked.input === undefined ? old.input : asked.input,
    };
    const changed = await update(tx, id, {
      workspaceId,
      types: typesOf(topic, asked.types ?? present.types),
      subject: subjectOf(asked.subject ?? present.subject),
      conditions: asked.conditions ? checkedConditions(asked.conditions) : present.conditions,
      enabled: asked.enabled ?? present.enabled,
      // A job that no runner knows any more keeps what it was given.
      request: job === undefined ? { ...old, ...wanted } : triggerRequest(job, principal, wanted),
      principal: runPrincipal(principal),
    });
    return tellStart(tx, core, { kind: 'Trigger', verb: 'updated', row: changed, principal });
  });
}

/** Answers whether there was one. */
export async function deleteTrigger(core: JobsCore, principal: Principal, id: string): Promise<boolean> {
  if (!isId(id)) return false;
  return core.relational.transaction(async (tx) => {
    const removed = await removeTrigger(tx, principal.workspaceId, id);
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

function typesOf({ name, types: known }: TriggerTopic, types: readonly string[]): readonly string[] {
  if (types.length === 0 || !types.every((type) => known.includes(type)))
    throw bad('types', `types are some of ${known.join(', ')} for ${name}.`);
  return [...new Set(types)];
}

function subjectOf(subject: string): string {
  if (subject.length > 500 || /[\0\p{Surrogate}]/u.test(subject))
    throw bad('subject', 'subject has 500 characters at most.');
  return subject;
}

/** What each event enqueues, its input a template. One without places is checked against the job now. */
function triggerRequest(
  job: JobRecord,
  principal: Principal,
  asked: Pick<CreateTriggerInput, 'queue' | 'priority' | 'input'>,
): StoredRequest {
  const template: unknown = asked.input === undefined ? {} : asked.input;
  if (!checkTemplate(template)) checkInput(job, template);
  const { queue = null, priority = null } = asked;
  const { retry, timeLimitMs, ...rest } = requestApartFromInput(
    { job: job.name, queue, priority },
    job,
    principal,
  );
  return { queue: rest.queue, priority: rest.priority ?? 0, input: template, retry, timeLimitMs };
}

function bad(argument: string, message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { details: { argument } });
}
