import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from './config.ts';

export interface ToolOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whom it runs as; this process's user when absent. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** Lines of a failed tool's output that are shown. */
const shownLines = 15;

/** Runs a program to its end and answers what it wrote. @throws Error with its last lines when it fails. */
export async function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<string> {
  const { cwd, env = {}, user = {} } = options;
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...user,
    env: childEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const [code] = (await once(child, 'close')) as [number | null];
  const output = said.join('');
  if (code === 0) return output;
  const last = output.trimEnd().split('\n').slice(-shownLines).join('\n');
  throw new Error(`${command} ${args.join(' ')} failed (${code}):\n${last}`);
}

/** Whether a program is on `PATH`. */
export async function isOnPath(program: string): Promise<boolean> {
  return runTool('sh', ['-c', 'command -v "$0"', program]).then(
    () => true,
    () => false,
  );
}
