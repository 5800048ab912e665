import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { processesOf } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';

test.skipIf(process.platform !== 'linux')(
  'what a run left running is found by its mark, in the environment and in the command line (needs /proc)',
  async () => {
    const mark = `mark-${process.pid}-${Math.random()}`;
    const sleeping = ['-e', 'setInterval(() => {}, 1000)'];
    const children = [
      spawn(process.execPath, [...sleeping, mark], { stdio: 'ignore' }),
      spawn(process.execPath, sleeping, { stdio: 'ignore', env: { TMPDIR: `/tmp/${mark}` } }),
      spawn(process.execPath, sleeping, { stdio: 'ignore' }),
    ];
    onTestFinished(() => {
      for (const child of children) child.kill('SIGKILL');
    });
    await Promise.all(children.map((child) => once(child, 'spawn')));
    const [named, marked] = children.map(({ pid }) => pid);
    expect(new Set(processesOf(mark).map(({ pid }) => pid))).toEqual(new Set([named, marked]));
  },
);
