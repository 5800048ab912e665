import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { eventually, processesNaming } from '@tributary/test-kit';
import { expect, inject, onTestFinished } from 'vitest';
import { copyFolder } from '../kit/demo-folder.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface AttemptOptions {
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another user of this machine; only root may name one. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

export interface FailedStart {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built product where it cannot start, and waits for its end. */
export async function attemptStart({ dataDir, env, user }: AttemptOptions): Promise<FailedStart> {
  return ended(['deploy/all-in-one/dist/main.js'], {
    user,
    env: { NODE_ENV: 'development', PORT: '0', DATA_DIR: dataDir, ...env },
  });
}

/** Runs node in the repository's root until it ends. */
export async function ended(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly user?: AttemptOptions['user'] } = {},
): Promise<FailedStart> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    // The channel closes with this process, and a start that should have failed then stops by itself.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, APOLLO_TELEMETRY_DISABLED: 'true', ...options.env },
    ...options.user,
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout ?? Readable.from([])),
    text(child.stderr ?? Readable.from([])),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** An empty folder of the test's own. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-start-'));
  // As folders are at home: else a database of root would lie elsewhere.
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A data folder of the test's own in which the demo has been loaded, and nothing has happened since. */
export async function folderWithDemo(): Promise<string> {
  const folder = await freshFolder();
  await copyFolder(inject('demoFolder'), folder);
  return folder;
}

/** One sentence for whoever typed the command, nothing else, and nothing left running. */
export async function expectOneSentence(
  start: FailedStart,
  sentence: RegExp,
  dataDir: string,
): Promise<void> {
  // A slow machine says what it waits for first.
  const said = start.stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !line.endsWith(' …'));
  expect(said).toEqual([expect.stringMatching(sentence)]);
  expect(start.stderr).not.toMatch(/\bat .*:\d+:\d+/);
  expect(start.stdout).toBe('');
  expect(start.code).toBe(1);
  // A server on a full disk takes a moment to give up what it cannot write.
  await eventually(() => expect(processesNaming(dataDir)).toEqual([]));
}
