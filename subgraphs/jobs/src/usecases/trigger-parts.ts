import { boundedJson, queueLimits, type StoredRequest } from '@tributary/job-queue';
import { CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { JobRecord } from '../adapters/definition-table.ts';
import { deadEndOf, type ToldShapes } from '../domain/event-paths.ts';
import { checkPlaces, checkTemplate } from '../domain/input-template.ts';
import type { TriggerTopic } from '../domain/trigger-topics.ts';
import type { CreateTriggerInput } from '../generated/schema.ts';
import { checkInput } from './check-input.ts';
import { requestApartFromInput } from './run-request.ts';

/** Runs a minute, where nothing else is asked for. A bulk write of 1,000 records still starts all of its runs. */
export const usualRate = 1_000;
const highestRate = 10_000;

export type CheckPath = (path: string) => void;

export interface TriggerInput extends Pick<CreateTriggerInput, 'queue' | 'priority' | 'input'> {
  readonly checkPath?: CheckPath;
}

export function typesOf({ name, types: known }: TriggerTopic, types: readonly string[]): readonly string[] {
  if (types.length === 0 || !types.every((type) => known.includes(type)))
    throw bad('types', `types are some of ${known.join(', ')} for ${name}.`);
  return [...new Set(types)];
}

export function subjectOf(subject: string): string {
  if (subject.length > 500 || /[\0\p{Surrogate}]/u.test(subject))
    throw bad('subject', 'subject has 500 characters at most.');
  return subject;
}

export function rateOf(runsPerMinute: number): number {
  if (runsPerMinute < 1 || runsPerMinute > highestRate)
    throw bad('runsPerMinute', `runsPerMinute lies between 1 and ${highestRate}.`);
  return runsPerMinute;
}

/** Refuses paths at which no event that the trigger is for has anything: such a condition never holds, such an input is never filled. */
export function pathCheck(argument: string, told: ToldShapes): CheckPath {
  return (path) => {
    const end = deadEndOf(path, told);
    if (end === undefined) return;
    const { at, has } = end;
    const instead = has.length === 0 ? 'nothing goes on from there' : `there are ${has.join(', ')}`;
    throw new CodedError('BAD_USER_INPUT', `No event of ${told.topic.name} shows ${at}; ${instead}.`, {
      details: { argument, path, known: has },
    });
  };
}

/**
 * What each event enqueues, its input a template. One without places is checked against the job now. What may be filled in is bounded as an input is, and how
 * often, where paths are checked.
 */
export function triggerRequest(job: JobRecord, principal: Principal, asked: TriggerInput): StoredRequest {
  const template: unknown = asked.input === undefined ? {} : asked.input;
  const places = checkTemplate(template, asked.checkPath);
  if (places === 0) checkInput(job, template);
  else if (asked.checkPath !== undefined) {
    checkPlaces(places);
    boundedJson('The input of a trigger', template, queueLimits.inputBytes);
  }
  const { queue = null, priority = null } = asked;
  const { retry, timeLimitMs, ...rest } = requestApartFromInput(
    { job: job.name, queue, priority },
    job,
    principal,
  );
  return { queue: rest.queue, priority: rest.priority ?? 0, input: template, retry, timeLimitMs };
}

export function bad(argument: string, message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { details: { argument } });
}
