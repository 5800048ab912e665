import type { RetryPolicy } from '@tributary/job-queue';
import { queueLimits } from '@tributary/job-queue/limits';
import { defaultRetry } from '@tributary/job-queue/retry-schedule';
import { CodedError } from '@tributary/runtime';
import { z } from 'zod';
import type { JobContext } from './job-context.ts';

export interface JobDraft<Schema extends z.ZodType> {
  /** Unique in the installation, kebab-case; whoever enqueues names it. */
  readonly name: string;
  /** One sentence for people who choose a job. */
  readonly description: string;
  readonly input: Schema;
  /** `import.meta.url` of the module that exports the job: each run then has a process of its own, which cancel and time limit surely
   * end. Without it runs share the runner's process and thread: for work of milliseconds that heeds its signal. */
  readonly module?: string;
  /** The queue runs go to unless whoever enqueues says otherwise; `default` when absent. */
  readonly queue?: string;
  readonly retry?: RetryPolicy;
  /** Milliseconds; 15 minutes when absent, four hours at most. */
  readonly timeLimitMs?: number;
  /** Megabytes that a run with a process of its own, and all that it starts, may have in memory together; 1,024 when absent. Beyond it the run ends as OUT_OF_MEMORY. */
  readonly memoryMb?: number;
  /**
   * Does the work and answers the run's output (JSON). It may be called again after a crash, with the last checkpoint: effects must bear that.
   * @throws CodedError with what the person who enqueued can read; anything else is shown as a fault of ours
   */
  readonly run: (job: JobContext<z.infer<Schema>>) => Promise<unknown>;
}

/** A job as runners take it: its input not yet checked. */
export interface Job {
  readonly name: string;
  readonly description: string;
  readonly queue: string;
  readonly retry: RetryPolicy;
  readonly timeLimitMs: number;
  readonly module: string | undefined;
  /** Of a run's process and all that it starts. */
  readonly memoryMb: number;
  /** JSON Schema (2020-12) of the input. */
  readonly inputSchema: object;
  /** @throws CodedError BAD_USER_INPUT naming every fault of the input, and what the work throws */
  readonly run: (job: JobContext<unknown>) => Promise<unknown>;
}

const defaultTimeLimitMs = 15 * 60_000;
const defaultMemoryMb = 1_024;
/** Node alone takes a good part of it. */
const leastMemoryMb = 256;

export function isJobName(text: string): boolean {
  return /^[a-z][a-z0-9-]{0,99}$/.test(text);
}

/** @throws TypeError for a name, a time limit or a memory that cannot be */
export function defineJob<Schema extends z.ZodType>(draft: JobDraft<Schema>): Job {
  const { name, description, input, run, timeLimitMs = defaultTimeLimitMs } = draft;
  const { memoryMb = defaultMemoryMb } = draft;
  if (!isJobName(name)) throw new TypeError(`"${name}" is no name for a job`);
  if (timeLimitMs < queueLimits.shortestTimeLimitMs || timeLimitMs > queueLimits.timeLimitMs)
    throw new TypeError(`the time limit of ${name} is not between a second and four hours`);
  if (!Number.isInteger(memoryMb) || memoryMb < leastMemoryMb)
    throw new TypeError(`the memory of ${name} is not a whole number of megabytes from ${leastMemoryMb} on`);
  return {
    name,
    description,
    queue: draft.queue ?? 'default',
    retry: draft.retry ?? defaultRetry,
    timeLimitMs,
    module: draft.module,
    memoryMb,
    inputSchema: z.toJSONSchema(input, { io: 'input' }),
    run: (job) => run({ ...job, input: checked(input, job.input) }),
  };
}

/** @throws CodedError MODEL_INVALID for two jobs of one name: whoever enqueues would not know which */
export function jobsByName(jobs: readonly Job[]): ReadonlyMap<string, Job> {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  const twice = jobs.find((job) => byName.get(job.name) !== job);
  if (twice !== undefined)
    throw new CodedError(
      'MODEL_INVALID',
      `Two jobs are called ${twice.name}: give one of them another name.`,
    );
  return byName;
}

function checked<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
  throw new CodedError('BAD_USER_INPUT', `The input does not fit the job: ${faults.join('; ')}.`, {
    details: { faults },
  });
}
