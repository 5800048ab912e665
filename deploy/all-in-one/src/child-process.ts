import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CodedError, type ErrorCode, type StartFailed } from '@tributary/runtime';

export interface ChildOptions {
  readonly name: string;
  /** The built entry, below the repository's root. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 when the child is ready. */
  readonly readyUrl: string;
  /** Ends a start that is not ready yet. */
  readonly signal?: AbortSignal;
}

export interface Child extends AsyncDisposable {
  /** Resolves when the child ended without being told to; never otherwise. */
  readonly ended: Promise<void>;
}

const root = new URL('../../../', import.meta.url);
const readyWithinMs = 30_000;
const pollMs = 50;
/** One that accepts and does not answer is asked anew. */
const answerMs = 2_000;

/** Starts a part of the product as a process of its own and waits until it is ready. @throws CodedError when it ends or is not ready in time: ENGINE_UNAVAILABLE when it says that it lacks an engine. */
export async function startChild({ name, entry, env, readyUrl, signal }: ChildOptions): Promise<Child> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(entry, root))], {
    env: { APOLLO_TELEMETRY_DISABLED: 'true', ...env },
    // The channel closes when this process dies, however it dies, and the child stops by itself.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // A terminal's Ctrl-C goes to the whole group; children must not stop before what leans on them.
    detached: true,
  });
  let code: ErrorCode = 'SUBGRAPH_UNAVAILABLE';
  child.on('message', (said: Partial<StartFailed>) => {
    if (said.startFailed === 'ENGINE_UNAVAILABLE') code = said.startFailed;
  });
  await once(child, 'spawn').catch((cause: NodeJS.ErrnoException) => {
    throw new CodedError(code, `The process of ${name} cannot be started (${cause.code}).`, { cause });
  });
  let isStopping = false;
  const exited = once(child, 'exit');
  const ended = new Promise<void>((resolve) => {
    exited.then(() => {
      if (!isStopping) resolve();
    });
  });
  const stop = async (): Promise<void> => {
    isStopping = true;
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
  };
  const deadlineMs = performance.now() + readyWithinMs;
  while (!(await isReady(readyUrl, signal))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new CodedError(
        code,
        `The process of ${name} ended while it started (${child.signalCode ?? `exit code ${child.exitCode}`}); its last lines say why.`,
      );
    if (signal?.aborted === true) {
      await stop();
      signal.throwIfAborted();
    }
    if (performance.now() > deadlineMs) {
      await stop();
      throw new CodedError(
        'DEADLINE_EXCEEDED',
        `The process of ${name} was not ready within ${readyWithinMs / 1000} s.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return { ended, [Symbol.asyncDispose]: stop };
}

async function isReady(url: string, signal: AbortSignal | undefined): Promise<boolean> {
  const limit = AbortSignal.timeout(answerMs);
  return fetch(url, { signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );
}
