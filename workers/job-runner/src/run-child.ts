import { Worker } from 'node:worker_threads';
import { boundedJson } from '@tributary/job-queue/bounded-json';
import { queueLimits } from '@tributary/job-queue/limits';
import { beginningOf, CodedError } from '@tributary/runtime';
import type { OpenedRows, RowPage, SqlExported } from './batch/sql-request.ts';
import type { Job } from './define-job.ts';
import { errorFrom, failureOf } from './failure.ts';
import { openJobContext } from './job-context.ts';
import type { FromChild, ToChild } from './process-messages.ts';
import type { ModelInput, PortMethod, RunPort } from './run-port.ts';

const stackLength = 20_000;

/** The process of one run: takes it over the channel, works, says how it ended, and is gone. It leads a process group of its own. */
export function serveRun(): void {
  const stop = new AbortController();
  const waiting = new Map<number, (answer: Extract<ToChild, { kind: 'answer' }>) => void>();
  process.on('SIGTERM', () => stop.abort());
  // The runner is gone, and with it the right to work: the whole group ends, whatever the job has started.
  process.on('disconnect', endGroup);
  watchParent();
  process.on('message', (message: ToChild) => {
    if (message.kind === 'abort') stop.abort();
    else if (message.kind === 'answer') waiting.get(message.ask)?.(message);
    else void work(message, { port: channelPort(waiting), signal: stop.signal });
  });
  send({ kind: 'ready' });
}

async function work(
  { module, job: name, run }: Extract<ToChild, { kind: 'run' }>,
  parts: { readonly port: RunPort; readonly signal: AbortSignal },
): Promise<void> {
  let last: FromChild;
  try {
    const job = jobIn((await import(module)) as Record<string, unknown>, name);
    await using open = openJobContext(run, { ...parts, now: () => Date.now() });
    const output = (await job.run(open.context)) ?? null;
    boundedJson('The output of a run', output, queueLimits.outputBytes);
    last = { kind: 'done', output };
  } catch (error) {
    last = lastWord(error);
  }
  // Exit once the word is in the channel: timers and sockets the job left open must not keep its process.
  send(last, () => process.exit(0));
}

/** Everything is bounded before it is sent: this process pays for what is too much, and not the runner with all its other runs. */
function lastWord(error: unknown): FromChild {
  const failure = failureOf(error);
  const stack = error instanceof Error && !(error instanceof CodedError) ? error.stack : undefined;
  const message = beginningOf(failure.message, queueLimits.errorLength);
  const told = stack === undefined ? {} : { stack: beginningOf(stack, stackLength) };
  return { kind: 'failed', ...failure, message, ...told };
}

function jobIn(module: Readonly<Record<string, unknown>>, name: string): Job {
  for (const exported of Object.values(module)) {
    const all = Array.isArray(exported) ? (exported as readonly unknown[]) : [exported];
    const found = all.find((job) => (job as Partial<Job> | null)?.name === name && 'run' in (job as object));
    if (found !== undefined) return found as Job;
  }
  throw new TypeError(`the module of job ${name} does not export it`);
}

/** Asks the runner, answer by answer. */
function channelPort(waiting: Map<number, (answer: Extract<ToChild, { kind: 'answer' }>) => void>): RunPort {
  let asked = 0;
  const ask = (method: PortMethod, argument: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      asked += 1;
      const id = asked;
      waiting.set(id, ({ value, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(value);
        else reject(errorFrom(error));
      });
      send({ kind: 'ask', ask: id, method, argument });
    });
  return {
    progress: async (progress) => void (await ask('progress', progress)),
    checkpoint: async (state) => {
      boundedJson('The checkpoint of a run', state, queueLimits.checkpointBytes);
      await ask('checkpoint', state);
    },
    log: async (lines) => void (await ask('log', lines)),
    graph: (request) => ask('graph', request),
    describe: async (model) => (await ask('describe', model)) as ModelInput,
    enqueue: async (children) => {
      const { children: most, inputBytes } = queueLimits;
      if (children.length > most) throw new CodedError('RUN_LIMIT', `A run enqueues ${most} others at most.`);
      for (const { input } of children) boundedJson('The input of a run', input, inputBytes);
      return (await ask('enqueue', children)) as readonly string[];
    },
    exportSql: async (request) => (await ask('exportSql', request)) as SqlExported,
    openRows: async (request) => (await ask('openRows', request)) as OpenedRows,
    nextRows: async (cursor) => (await ask('nextRows', cursor)) as RowPage,
  };
}

function send(message: FromChild, then?: () => void): void {
  process.send?.(message, undefined, {}, then);
}

function endGroup(): void {
  process.kill(-process.pid, 'SIGKILL');
}

/** A job that never yields hears no event, not even that its runner died: a thread of its own looks whether the parent is still there. */
function watchParent(): void {
  const watch = `const parent = process.ppid;
    setInterval(() => { if (process.ppid !== parent) process.kill(-process.pid, 'SIGKILL'); }, 500);`;
  new Worker(watch, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}
