import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that is measured, on the core it was given. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** The first line it writes. Rejects when it ends before. */
  readonly line: Promise<string>;
}

export interface Program {
  /** What node is called with. */
  readonly command: readonly string[];
  readonly core: string;
  /** The Node it wants, where ours is too old for it. */
  readonly node?: string;
}

/** Starts a program of Node's on one core. */
export function start({ command, core, node = process.execPath }: Program): Running {
  // taskset becomes the program: its number is that of the program.
  const child = spawn('taskset', ['-c', core, node, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'error', APOLLO_TELEMETRY_DISABLED: 'true' },
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${command[0]} ended with ${code}`);
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
