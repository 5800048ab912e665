import { type EnqueueRequest, queueLimits, requireOpenKey } from '@tributary/job-queue';
import { CodedError, isId } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { JobRecord } from '../adapters/definition-table.ts';
import { momentMs } from '../domain/moment.ts';
import type { EnqueueJobInput } from '../generated/schema.ts';
import { runPrincipal } from './caller.ts';
import { checkInput } from './check-input.ts';
import { checkNewQueueName } from './check-name.ts';

const longestDelayMs = 366 * 86_400_000;
/** What an Int of GraphQL holds: 24 days and 20 hours, which is less than a run is kept after its end, and its key with it. */
const longestPeriodMs = 2 ** 31 - 1;
const longestPastMs = 86_400_000;

/** What a person asked for, checked and completed with what the job says. @throws CodedError BAD_USER_INPUT naming the argument */
export function runRequest(asked: EnqueueJobInput, job: JobRecord, principal: Principal): EnqueueRequest {
  checkInput(job, asked.input === undefined ? {} : asked.input);
  checkNewQueueName('queue', asked.queue);
  return requestApartFromInput(asked, job, principal);
}

/** The same request at a moment within bounds: what has just passed is now, what passed long ago is a mistake. @throws CodedError BAD_USER_INPUT */
export function timely(request: EnqueueRequest, nowMs: number): EnqueueRequest {
  const { runAtMs } = request;
  if (runAtMs === undefined) return request;
  if (runAtMs < nowMs - longestPastMs || runAtMs > nowMs + longestDelayMs)
    throw new CodedError('BAD_USER_INPUT', 'runAt lies between a day ago and 366 days from now.', {
      details: { argument: 'runAt' },
    });
  return { ...request, runAtMs: Math.max(runAtMs, nowMs) };
}

/** The same for requests whose input is yet to come. */
export function requestApartFromInput(
  asked: EnqueueJobInput,
  job: JobRecord,
  principal: Principal,
): EnqueueRequest {
  const { input = {}, delayMs, runAt, priority, key, uniqueKey, uniqueForMs, dependsOn } = asked;
  const refuse = (argument: string, fault: string): never => {
    throw new CodedError('BAD_USER_INPUT', `${argument} ${fault}.`, { details: { argument } });
  };
  const within = (
    argument: string,
    value: number | null | undefined,
    [least, most]: readonly [number, number],
  ) => {
    if (value !== null && value !== undefined && (value < least || value > most))
      refuse(argument, `lies between ${least} and ${most}`);
    return value ?? undefined;
  };
  const text = (argument: string, value: string | null | undefined, most: number): string | undefined => {
    if (value === null || value === undefined) return undefined;
    if (value.length < 1 || value.length > most || /[\0\p{Surrogate}]/u.test(value))
      refuse(argument, `has 1 to ${most} characters`);
    return value;
  };
  if (present(delayMs) && present(runAt)) refuse('runAt', 'and delayMs exclude each other');
  if (present(uniqueForMs) && !present(uniqueKey)) refuse('uniqueForMs', 'needs a uniqueKey');
  const periodMs = within('uniqueForMs', uniqueForMs, [1, longestPeriodMs]);
  const unique = text('uniqueKey', uniqueKey, 200);
  requireOpenKey(unique);
  const moments = {
    delayMs: within('delayMs', delayMs, [0, longestPeriodMs]),
    runAtMs: present(runAt) ? momentMs('runAt', runAt) : undefined,
    priority: within('priority', priority, [-100, 100]),
    key: text('key', key, 200),
    unique:
      unique === undefined ? undefined : { key: unique, ...(periodMs === undefined ? {} : { periodMs }) },
    dependsOn: dependsOn?.map(({ runId, condition = 'SUCCESS' }) => {
      if (!isId(runId))
        throw new CodedError('NOT_FOUND', 'A run that this one is to depend on does not exist.');
      return { runId, condition } as const;
    }),
  };
  return {
    workspaceId: principal.workspaceId,
    principal: runPrincipal(principal),
    origin: principal.runId === undefined ? 'api' : 'run',
    job: job.name,
    queue: text('queue', asked.queue, 100) ?? job.queue,
    input,
    retry: {
      maxAttempts: within('maxAttempts', asked.maxAttempts, [1, queueLimits.maxAttempts]) ?? job.maxAttempts,
      backoffMs: job.backoffMs,
      backoffMaxMs: job.backoffMaxMs,
    },
    timeLimitMs:
      within('timeLimitMs', asked.timeLimitMs, [queueLimits.shortestTimeLimitMs, queueLimits.timeLimitMs]) ??
      job.timeLimitMs,
    ...defined(moments),
  };
}

function present<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}

/** Without the properties that are undefined: the queue tells "absent" from "given". */
function defined<Options extends object>(
  options: Options,
): { [Name in keyof Options]?: Exclude<Options[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
