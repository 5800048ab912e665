import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { descendantsOf, eventually, freeze } from '@tributary/test-kit';
import { expect, inject } from 'vitest';

const commands = fileURLToPath(new URL('../../../deploy/engines/dist/main.js', import.meta.url));

/** Kills an engine of this run as a power failure would, and has it started again at its old address when disposed, or before. */
export async function killedEngine(name: string): Promise<StoppedEngine> {
  const pid = await pidOf(name);
  process.kill(pid, 'SIGKILL');
  const killed = stopped(
    // What it had begun lives a moment longer than itself, and holds what it held: PostgreSQL's own children do.
    () => eventually(() => command('up', name), { timeoutMs: 60_000 }),
  );
  await eventually(() => expect(runs(pid)).toBe(false));
  return killed;
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Stops an engine in its tracks, as a machine that swaps or a network that drops everything: connections stay, answers do not come. */
export async function frozenEngine(name: string): Promise<StoppedEngine> {
  const pid = await pidOf(name);
  // The one that starts the others first: PostgreSQL serves each connection by a process of its own.
  freeze(pid);
  const all = [pid, ...descendantsOf(pid)];
  for (const each of all) freeze(each);
  return stopped(async () => {
    for (const each of all.toReversed()) process.kill(each, 'SIGCONT');
  });
}

export interface StoppedEngine extends AsyncDisposable {
  backAgain(): Promise<void>;
}

function stopped(backAgain: () => Promise<unknown>): StoppedEngine {
  let coming: Promise<unknown> | undefined;
  const come = async (): Promise<void> => {
    coming ??= backAgain();
    await coming;
  };
  return { backAgain: come, [Symbol.asyncDispose]: come };
}

async function pidOf(name: string): Promise<number> {
  const record = JSON.parse(await readFile(join(stateDir(), name, 'engine.json'), 'utf8')) as {
    process: { pid: number };
  };
  return record.process.pid;
}

/** As who works with the engines does it: `npm run engines -- up kafka`. */
async function command(...words: readonly string[]): Promise<void> {
  // What is started here belongs to the engines of this run, and not to its tests, whose folder is their mark.
  const { TMPDIR: _mark, ...inherited } = process.env;
  const env = { ...inherited, TRIBUTARY_ENGINES_STATE: stateDir() };
  await promisify(execFile)(process.execPath, [commands, ...words], { env });
}

function stateDir(): string {
  return inject('engines')['TRIBUTARY_ENGINES_STATE'] ?? 'missing: run npm run test:engines -- product';
}
