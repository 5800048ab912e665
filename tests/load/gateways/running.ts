import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that is measured, on the core it was given. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** The first line it writes. Rejects when it ends before. */
  readonly line: Promise<string>;
}

export interface Program {
  /** What node, or the program in its place, is called with. */
  readonly command: readonly string[];
  readonly core: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The Node it wants, where ours is too old for it; or a program that is none of Node's. */
  readonly node?: string;
}

/** Starts a program on one core. */
export function start({ command, core, environment, node = process.execPath }: Program): Running {
  // taskset becomes the program: its number is that of the program.
  const child = spawn('taskset', ['-c', core, node, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'error', APOLLO_TELEMETRY_DISABLED: 'true', ...environment },
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${command[0] ?? node} ended with ${code}`);
  });
  const first = once(child.stdout.setEncoding('utf8'), 'data').then(([text]) => String(text).trim());
  const line = Promise.race([first, ended]);
  line.catch(() => undefined);
  // Whatever else it writes goes nowhere, but must not fill its pipe.
  child.stdout.resume();
  return { pid: child.pid ?? 0, line, [Symbol.asyncDispose]: () => stopped(child) };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
