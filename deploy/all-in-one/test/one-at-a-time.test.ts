import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const script = new URL('../../../scripts/one-at-a-time.mjs', import.meta.url).href;

/** A process that works alone, on `lockFile`. */
function working(lockFile: string, work: string) {
  const program = `import { oneAtATime } from ${JSON.stringify(script)};
    await oneAtATime(${JSON.stringify(lockFile)}, async (note) => { ${work} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function lockFileOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'lock');
}

test('the lock of install and build is whole whenever another reads it', async () => {
  const lockFile = await lockFileOf();
  const child = working(
    lockFile,
    `process.send('works'); for (let at = 0; at < 5_000; at += 1) note({ pid: process.pid }); process.disconnect();`,
  );
  const ended = once(child, 'exit');
  await once(child, 'message');
  let seen = 0;
  for (; existsSync(lockFile); seen += 1) {
    let text = '[]';
    try {
      text = readFileSync(lockFile, 'utf8');
    } catch {
      // It is over.
    }
    expect(() => JSON.parse(text)).not.toThrow();
  }
  expect(seen).toBeGreaterThan(100);
  expect(await ended).toEqual([0, null]);
}, 30_000);

test('the lock of one that died is taken, and nothing is left of it', async () => {
  const lockFile = await lockFileOf();
  await writeFile(lockFile, JSON.stringify([{ pid: process.pid, began: 'long ago' }]));
  const child = working(lockFile, `process.send('works'); process.disconnect();`);
  expect((await once(child, 'message'))[0]).toBe('works');
  await once(child, 'exit');
  expect(existsSync(lockFile)).toBe(false);
}, 30_000);
