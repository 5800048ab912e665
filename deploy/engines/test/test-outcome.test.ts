import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CannotProvision } from '../src/cannot-provision.ts';
import { runTool } from '../src/run-tool.ts';
import { inPlaceOf, noWayWithout, outcomeOfReport, skippedOrFailed, told } from '../src/test-outcome.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
// The command builds first what has changed.
vi.setConfig({ testTimeout: 240_000 });

const report = (passed: number, failed: number, all: number): string =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numTotalTests: all });

test.each<[string, string | undefined, number | null, string | undefined]>([
  ['all passed', report(3, 0, 3), 0, undefined],
  ['one failed', report(2, 1, 3), 1, '1 of 3 tests failed, 0 did not run'],
  ['one was left out', report(2, 0, 3), 0, '0 of 3 tests failed, 1 did not run'],
  ['there was none', report(0, 0, 0), 0, 'there were no tests, and it ended with 0'],
  ['what came after them failed', report(3, 0, 3), 1, 'all tests passed, and it ended with 1'],
  ['there is no report', undefined, null, 'the tests ended with null and no report'],
  ['half a report is there', report(3, 0, 3).slice(9), 0, 'the tests ended with 0 and no report'],
])('tests count as passed where every one ran and passed: %s', (_, said, code, why) => {
  expect(outcomeOfReport(said, code).why).toBe(why);
});

test('a line says how many tests passed on what, what was embedded instead, which ways were direct, and the first fault', () => {
  const [first, second] = [
    { passed: 3, seconds: 1.04 },
    { passed: 4, seconds: 2 },
  ];
  const on = `Valkey${inPlaceOf(['s3 (there is no go)'])}${noWayWithout(['toxiproxy (there is no go)'])}`;
  expect(told([first, second], on)).toEqual({
    failed: false,
    line: 'passed (7 tests, 3.0 s) on Valkey, embedded engines in place of s3 (there is no go), no way troubled without toxiproxy (there is no go)',
  });
  expect(told([first, { ...second, why: '1 of 4 tests failed, 0 did not run' }], 'Valkey')).toEqual({
    failed: true,
    line: 'FAILED (1 of 4 tests failed, 0 did not run) on Valkey',
  });
});

test('what this machine cannot have is skipped with its reason, and what is there and does not start has failed', () => {
  expect(skippedOrFailed(new CannotProvision('there is no java'))).toEqual({
    failed: false,
    line: 'skipped: there is no java',
  });
  expect(skippedOrFailed(new Error('no answer'))).toEqual({
    failed: true,
    line: 'FAILED to start: no answer',
  });
});

describe.skipIf(process.platform === 'win32')('npm run test:engines (needs a POSIX shell)', () => {
  /** A machine that has Node, and a Java that does not run: no Python, no Redis, no Go. */
  async function bareMachine() {
    const folder = await mkdtemp(join(tmpdir(), 'bare-machine-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const programs = join(folder, 'bin');
    await mkdir(programs);
    // A build that is not up to date is made by npm, which asks a shell.
    for (const name of ['node', 'npm', 'sh']) {
      const path = await runTool('sh', ['-c', 'command -v "$0"', name]);
      await symlink(path.trim(), join(programs, name));
    }
    await writeFile(join(programs, 'java'), '#!/bin/sh\nexit 1\n');
    await chmod(join(programs, 'java'), 0o755);
    const env = {
      ...process.env,
      PATH: programs,
      TRIBUTARY_ENGINES_CACHE: join(folder, 'cache'),
      TRIBUTARY_ENGINES_STATE: join(folder, 'state'),
    };
    return (...names: string[]): Promise<{ readonly code: number; readonly stdout: string }> =>
      new Promise((resolve) =>
        execFile(
          process.execPath,
          ['scripts/test-engines.mjs', ...names],
          { cwd: root, env },
          (error, stdout) => resolve({ code: Number(error?.code ?? 0), stdout }),
        ),
      );
  }

  test('an engine that cannot be had is a line with the reason and no failure; one that does not start ends the run with 1', async () => {
    const run = await bareMachine();
    const skipped = 'redis      skipped: there is neither redis-server nor python3 with pip; 0 s in all\n';
    expect(await run('redis')).toEqual({ code: 0, stdout: skipped });
    expect(await run('kafka', 'redis')).toEqual({
      code: 1,
      stdout: expect.stringMatching(
        /^kafka {6}FAILED to start: java -version failed \(1\)[\s\S]*; \d+ s in all\n/,
      ),
    });
  });
});
