import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { quickFolder } from './quick-folder.ts';
import { eventually } from './src/eventually.ts';
import { processesOf } from './src/running-processes.ts';

/** What a failed test left is told to stop by its closing channel, and may drain. */
const drainMs = 25_000;

/**
 * Gives the run a temporary folder of its own, which is also its mark: every process that a test starts has it in its environment or, for
 * a database, in its command line. At the end nothing of the run may be left running; what is, is named, ended and fails the run.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await quickFolder(), `tributary-run-${project.name}-`));
  // As the system's own: a database of root runs as another user, and must find its way.
  await chmod(folder, 0o755);
  project.config.env['TMPDIR'] = folder;
  return async () => {
    await eventually(
      () => {
        if (processesOf(folder).length > 0) throw new Error('not yet');
      },
      { timeoutMs: drainMs },
    ).catch(() => undefined);
    const left = processesOf(folder);
    for (const { pid } of left) endIfRunning(pid);
    await rm(folder, { recursive: true, force: true });
    if (left.length === 0) return;
    const lines = left.map(({ pid, command }) => `  ${pid} ${command}`);
    process.stderr.write(`\nTests of ${project.name} left processes running:\n${lines.join('\n')}\n`);
    // The runner has counted by now, and would only print what is thrown here.
    process.exitCode = 1;
  };
}

/** A new folder below the one of the project's run. */
export async function runFolder(project: TestProject, prefix: string): Promise<string> {
  return mkdtemp(join(project.config.env['TMPDIR'] ?? tmpdir(), prefix));
}

function endIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
