import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

const built = new URL('../dist/index.js', import.meta.url).href;

type Output = 'pipe' | number;

/** A process of its own, before it a line of shell; killed with the test, because what is tested are processes that do not end. */
function run(program: string, stdout: Output, before = ''): ChildProcess {
  const child = spawn(
    'sh',
    [
      '-c',
      `${before} exec "$0" --input-type=module -e "$1"`,
      process.execPath,
      `import * as runtime from ${JSON.stringify(built)}; ${program}`,
    ],
    { stdio: ['ignore', stdout, 'pipe', 'ipc'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const served = (work: string): string => `await runtime.runProcess({
  name: 'part', drainMs: 500, readConfig: () => ({ logLevel: 'info' }), start: async (config, { log, closing }) => {
    const busy = setInterval(() => ${work}, 20);
    closing.defer('busy', () => clearInterval(busy));
    ${work};
    setTimeout(() => process.send('still there'), 200);
  } });`;

test.skipIf(process.platform !== 'linux')(
  'a full disk below the log costs lines, and neither the process nor its stop (needs Linux)',
  async () => {
    const full = await open('/dev/full', 'w');
    const child = run(served(`log.error({}, 'a line')`), full.fd);
    await full.close();
    expect(await once(child, 'message')).toContain('still there');
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    expect([code, signal]).toEqual([0, null]);
  },
  10_000,
);

test.skipIf(process.platform === 'win32')(
  'when there is room again, lines are written whole, and how many were lost is told (needs a POSIX system)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'log-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'log');
    const file = await open(path, 'a');
    const child = run(
      `const log = runtime.createLogger({ name: 'part', level: 'info' });
       for (let at = 0; at < 200; at += 1) log.info({ reason: 'x'.repeat(900) }, 'a line');
       await log.written();
       process.once('message', async () => {
         log.info({}, 'room again');
         await log.written();
         await log.written();
         process.disconnect();
       });
       process.send('full');`,
      file.fd,
      // Blocks of 512 or 1,024 bytes; a write beyond it fails as one to a full disk does, after a part of it was written.
      'ulimit -f 20;',
    );
    await file.close();
    await once(child, 'message');
    const before = (await readFile(path, 'utf8')).split('\n');
    await truncate(path);
    child.send('room');
    const [code] = await once(child, 'exit');
    const after = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    const lost = 200 - (before.length - 1);
    expect(before.at(-1)).not.toBe('');
    expect(after.map((line) => JSON.parse(line))).toMatchObject([
      { msg: 'room again' },
      { msg: expect.stringContaining('lost'), count: lost },
    ]);
    expect(code).toBe(0);
  },
  10_000,
);

const flood = `for (let at = 0; at < 40_000; at += 1) log.error({ reason: 'x'.repeat(900) }, 'a line')`;

test('a reader that stands still costs lines and not the memory, and is told how many when it reads on', async () => {
  const child = run(
    `const log = runtime.createLogger({ name: 'part', level: 'info' });
     ${flood};
     process.send('logged');
     await log.written(60_000);
     await log.written(60_000);
     process.disconnect();`,
    'pipe',
  );
  await once(child, 'message');
  let lines = 0;
  let lost = 0;
  if (child.stdout === null) throw new Error('it has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, count } = JSON.parse(line);
    if (msg === 'a line') lines += 1;
    else lost += count;
  }
  expect(lines + lost).toBe(40_000);
  expect(lost).toBeGreaterThan(20_000);
}, 30_000);

test('a process whose log nobody reads on comes to its end, and says how', async () => {
  const child = run(
    `process.once('message', () => process.kill(process.pid, 'SIGTERM')); ${served('undefined').replace('setTimeout', `${flood}; setTimeout`)}`,
    'pipe',
  );
  const said = child.stderr === null ? '' : text(child.stderr);
  await once(child, 'message');
  child.send('stop');
  const [code, signal] = await once(child, 'exit');
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  child.stdout?.destroy();
  expect(await said).toContain('Nobody reads');
}, 20_000);

test('a second signal ends it soon where nobody reads', async () => {
  const child = run(
    `process.once('message', () => { process.kill(process.pid, 'SIGTERM'); setImmediate(() => process.kill(process.pid, 'SIGTERM')); });
     ${served('undefined').replace('setTimeout', `closing.defer('stuck', () => new Promise(() => {})); ${flood}; setTimeout`)}`,
    'pipe',
  );
  await once(child, 'message');
  child.send('stop');
  const [code, signal] = await once(child, 'exit');
  expect([code, signal]).toEqual([null, 'SIGKILL']);
}, 20_000);
