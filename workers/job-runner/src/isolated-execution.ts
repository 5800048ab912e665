import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { type LogLevel, queueLimits } from '@tributary/job-queue';
import { type Clock, CodedError, isErrorCode, type Logger } from '@tributary/runtime';
import type { Execution } from './execution.ts';
import { type AttemptFailure, carriedError } from './failure.ts';
import { GroupMemory } from './group-memory.ts';
import { printedLines } from './printed-lines.ts';
import { type FromChild, fromChild, type ToChild } from './process-messages.ts';
import type { RunPort } from './run-port.ts';
import { WaitingLines } from './waiting-lines.ts';

export interface IsolationSettings {
  /** Node's arguments that start `serveRun` in another process. */
  readonly nodeArguments: readonly string[];
  readonly gatewayUrl: string;
  /** Milliseconds between asking a run to stop and ending it. */
  readonly graceMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The arguments for the built package. */
export const builtChild: readonly string[] = [fileURLToPath(new URL('run-child-main.js', import.meta.url))];

/**
 * Runs each job in a process that leads a process group. Stopping asks it (a message, then SIGTERM to the group), and after the grace SIGKILL
 * ends whatever is left of the group; when the lease is lost that comes at once. When the leader ends by itself, what it started ends with it.
 */
export function isolatedExecution(settings: IsolationSettings): Execution {
  const memory = new GroupMemory();
  return async ({ run, job, port, signal, stopReason, workEnded }) => {
    if (job.module === undefined) throw new TypeError(`job ${job.name} has no module to run in a process`);
    // The run's id is for whoever looks at the list of processes; the process itself is told everything over the channel.
    const heap = `--max-old-space-size=${job.memoryMb}`;
    const child = spawn(process.execPath, [heap, ...settings.nodeArguments, run.id], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // The process's environment holds secrets of the installation; a job gets what it needs over the channel.
      env: { NODE_ENV: 'production' },
    });
    const group = child.pid === undefined ? undefined : -child.pid;
    const stop = stopping(child, group, settings.graceMs);
    const spent = spentMemory(child, { memory, memoryMb: job.memoryMb, end: stop.end });
    // Without its lease somebody else may begin the work at any moment: nothing of this is left to be put in order.
    const onAbort = (): void => (stopReason() === 'LEASE_LOST' ? stop.end() : stop.ask());
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const written = captureOutput(child, port, settings.clock);
    try {
      const { gatewayUrl } = settings;
      const { id, workspaceId, attempt, input, checkpoint } = run;
      const facts = { id, workspaceId, attempt, isFirst: run.lease.token === 1, gatewayUrl };
      const first: ToChild = {
        kind: 'run',
        module: job.module,
        job: job.name,
        run: { ...facts, input, checkpoint },
      };
      const log = settings.log.child({ runId: run.id, job: job.name });
      return await outcome(child, { first, port, log }).finally(workEnded);
    } catch (error) {
      throw spent.error() ?? error;
    } finally {
      spent[Symbol.dispose]();
      signal.removeEventListener('abort', onAbort);
      stop.end();
      // While the lease is held: afterwards nothing is written any more.
      await written();
    }
  };
}

function stopping(child: ChildProcess, group: number | undefined, graceMs: number) {
  let overdue: NodeJS.Timeout | undefined;
  const kill = (name: NodeJS.Signals): void => {
    try {
      if (group !== undefined) process.kill(group, name);
    } catch {
      // Nobody of the group is left.
    }
  };
  return {
    ask: (): void => {
      post(child, { kind: 'abort' });
      kill('SIGTERM');
      overdue ??= setTimeout(() => kill('SIGKILL'), graceMs);
    },
    end: (): void => {
      clearTimeout(overdue);
      kill('SIGKILL');
    },
  };
}

/**
 * Ends a run whose processes have more memory than they may, and says so. JavaScript that fills its heap between two looks is ended by the engine itself, which
 * prints why.
 */
function spentMemory(
  child: ChildProcess,
  parts: { readonly memory: GroupMemory; readonly memoryMb: number; readonly end: () => void },
) {
  const { memory, memoryMb, end } = parts;
  let isSpent = false;
  child.stderr?.on('data', (piece: Buffer) => {
    if (piece.includes('JavaScript heap out of memory')) isSpent = true;
  });
  const watching =
    child.pid === undefined
      ? undefined
      : memory.watch(child.pid, memoryMb * 1_048_576, () => {
          isSpent = true;
          end();
        });
  return {
    error: (): CodedError | undefined =>
      isSpent && (child.signalCode !== null || child.exitCode !== 0)
        ? new CodedError(
            'OUT_OF_MEMORY',
            `The run needed more than the ${memoryMb} MB of memory that its job may have.`,
          )
        : undefined,
    [Symbol.dispose]: () => watching?.[Symbol.dispose](),
  };
}

interface Exchange {
  readonly first: ToChild;
  readonly port: RunPort;
  readonly log: Logger;
}

/** Answers what the process asks until it says how the run ended, or ends without a word. */
function outcome(child: ChildProcess, { first, port, log }: Exchange): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new CodedError('OVERLOADED', 'No process could be started for the run.', { cause })),
    );
    // `close`, not `exit`: what it said last may still be in the channel.
    child.once('close', (code, name) =>
      reject(new CodedError('INTERNAL', `The process of the run ended without a word (${name ?? code}).`)),
    );
    child.on('message', (raw) => {
      const parsed = fromChild.safeParse(raw);
      if (!parsed.success)
        return reject(new CodedError('INTERNAL', 'The process of the run spoke nonsense.'));
      const message = parsed.data;
      if (message.kind === 'ready') post(child, first);
      else if (message.kind === 'ask') void answer(child, message, port);
      else if (message.kind === 'done') resolve(message.output);
      else {
        if (message.stack !== undefined) log.error({ reason: message.stack }, 'the code of a job failed');
        reject(new ReportedFailure(message));
      }
    });
  });
}

/** A failure as the run's own process judged it. */
export class ReportedFailure extends CodedError {
  readonly failure: AttemptFailure;

  constructor({ code, message, retryable, waits }: AttemptFailure) {
    super(isErrorCode(code) ? code : 'INTERNAL', message);
    this.failure = { code, message, retryable, waits };
  }
}

async function answer(
  child: ChildProcess,
  { ask, method, argument }: Extract<FromChild, { kind: 'ask' }>,
  port: RunPort,
): Promise<void> {
  try {
    const call = port[method as keyof RunPort] as (argument: unknown) => Promise<unknown>;
    post(child, { kind: 'answer', ask, value: (await call(argument)) ?? null });
  } catch (error) {
    post(child, { kind: 'answer', ask, error: carriedError(error) });
  }
}

function post(child: ChildProcess, message: ToChild): void {
  // A process that is gone hears nothing, and its end is told by `close`.
  if (child.connected) child.send(message, () => undefined);
}

/** How long somebody who has left the group may hold the streams of a run that is over, how long the log may take what waits then, and then the last lines of it. */
const heldOpenMs = 1_000;
const lastWritesMs = 2_000;
const lastLinesMs = 2_000;
/** What is kept of lines for which there is no time. */
const lastLines = 200;

/**
 * What the job, or what it started, prints is part of the run's log, a line longer than those of the log in several. Answers what waits until all that has come is
 * written, but for a few seconds at most: no run stays open for what is printed. Then the last lines are written, and how many before them were left out.
 */
function captureOutput(child: ChildProcess, port: RunPort, clock: Clock): () => Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  // Its `close`, which the outcome may wait for, comes after the ends of both streams.
  child.once('exit', () => void endOf(streams));
  let isGivenUp = false;
  const capture = (stream: Readable | null, level: LogLevel, name: string) => {
    let writing: Promise<void> | undefined;
    const waiting = new WaitingLines();
    const write = async (): Promise<void> => {
      while (waiting.count > 0 && !isGivenUp) await port.log(waiting.take()).catch(() => undefined);
      writing = undefined;
    };
    const tell = (message: string): void => {
      waiting.add({ level, message, fields: { stream: name }, atMs: clock.now() });
      // After what else came in the same piece.
      writing ??= Promise.resolve().then(write);
    };
    if (stream !== null) printedLines(stream, queueLimits.logMessageLength, tell);
    return { written: async () => await writing, shorten: () => waiting.leaveOutAllBut(lastLines) };
  };
  const logs = [capture(child.stdout, 'INFO', 'stdout'), capture(child.stderr, 'WARN', 'stderr')];
  return async () => {
    await endOf(streams);
    const all = Promise.all(logs.map(({ written }) => written()));
    if (!(await isDoneWithin(all, lastWritesMs))) {
      for (const { shorten } of logs) shorten();
      await isDoneWithin(all, lastLinesMs);
    }
    isGivenUp = true;
  };
}

/** False when it takes longer. */
async function isDoneWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let overdue: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    overdue = setTimeout(() => resolve(false), limitMs);
  });
  const done = await Promise.race([work.then(() => true), late]);
  clearTimeout(overdue);
  return done;
}

/** Waits for the ends of streams; those that somebody still holds are given up after a while, and whoever prints into them then prints into nothing. */
async function endOf(streams: readonly Readable[]): Promise<void> {
  const overdue = setTimeout(() => {
    for (const stream of streams) stream.destroy();
  }, heldOpenMs);
  await Promise.allSettled(streams.map((stream) => finished(stream)));
  clearTimeout(overdue);
}
