import { eventually, type GraphCaller, processesNaming } from '@tributary/test-kit';
import { expect } from 'vitest';

export interface ShownRun {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly output: {
    readonly rows: number;
    readonly created: number;
    readonly refused: number;
    readonly errorFile: string | null;
    /** What a report is kept as. */
    readonly file?: string;
    /** How many of a report's rows were told as events. */
    readonly tracked?: number;
  } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly progress: { readonly done: number };
}

/** Enqueues a run of a job; answers its id. */
export async function enqueued(
  ask: GraphCaller,
  job: string,
  input: object,
  more: { readonly delayMs?: number; readonly timeLimitMs?: number; readonly maxAttempts?: number } = {},
): Promise<string> {
  const { data, errors } = await ask<{ enqueueJob: { run: { id: string } } }>(
    'mutation ($input: EnqueueJobInput!) { enqueueJob(input: $input) { run { id } } }',
    { input: { job, input, ...more } },
  );
  expect(errors).toEqual([]);
  return data.enqueueJob.run.id;
}

export async function shownRun(ask: GraphCaller, id: string): Promise<ShownRun> {
  const { data } = await ask<{ run: ShownRun }>(
    'query ($id: ID!) { run(id: $id) { id state attempt output error { code message } progress { done } } }',
    { id },
  );
  return data.run;
}

export const endedRun = (ask: GraphCaller, id: string): Promise<ShownRun> =>
  eventually(
    async () => {
      const shown = await shownRun(ask, id);
      expect(['SUCCEEDED', 'FAILED', 'CANCELLED']).toContain(shown.state);
      return shown;
    },
    { timeoutMs: 90_000 },
  );

/** The process in which a job that has one of its own works for this run. @throws Error when none does */
export function processOfRun(id: string): number {
  const [found] = processesNaming(id);
  if (found === undefined) throw new Error(`no process works for run ${id}`);
  return Number.parseInt(found, 10);
}
