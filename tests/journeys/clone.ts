import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freshFolder, root } from './start-attempt.ts';

/** What a clone does not have, or has of its own. */
const left = new Set(['.git', '.tributary', '.turbo', 'coverage', 'node_modules']);

/** A copy of this repository, built and with its dependencies, that a test may change and break. */
export async function clone(): Promise<string> {
  const folder = join(await freshFolder(), 'clone');
  await mkdir(folder);
  for (const name of await readdir(root))
    if (!left.has(name))
      await cp(join(root, name), join(folder, name), {
        recursive: true,
        // By them the compiler sees that what is built is up to date.
        preserveTimestamps: true,
        filter: (path) => !/\/(node_modules|\.turbo)$/.test(path),
      });
  // What turbo has built before it need not build again.
  const cache = join(root, '.turbo', 'cache');
  if (existsSync(cache)) await cp(cache, join(folder, '.turbo', 'cache'), { recursive: true });
  await linkDependencies(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Links to what is installed; the links of the workspaces stay relative, and so lead into the copy. */
async function linkDependencies(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) {
    const path = join(from, name);
    if (name === '@tributary') await linkDependencies(path, join(to, name));
    else await symlink((await lstat(path)).isSymbolicLink() ? await readlink(path) : path, join(to, name));
  }
}

export interface Command {
  readonly process: ChildProcess;
  /** What it printed so far, on either stream. */
  output(): string;
  /** Resolves when the output fits. @throws when it ends before */
  says(text: RegExp): Promise<void>;
  /** Sends a signal; resolves with the exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  readonly ended: Promise<number | null>;
}

/** Runs a script of the clone as `npm start` does. Its channel ends it with this process. */
export function run(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Command {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'development',
      PORT: '0',
      DEMO: 'off',
      APOLLO_TELEMETRY_DISABLED: 'true',
      ...env,
    },
  });
  const printed: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      printed.push(chunk);
      for (const look of waiting) look();
    });
  const output = (): string => printed.join('');
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const says = (text: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (text.test(output())) resolve();
      };
      waiting.add(look);
      look();
      void ended.then((code) =>
        reject(new Error(`it ended with ${code} before it said ${text}: ${output()}`)),
      );
    });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) await end('SIGINT');
  });
  return { process: child, output, says, end, ended };
}
