import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const built = new URL('../dist/index.js', import.meta.url).href;

// Node's threads are busy, so that what is logged first is still under way when the start fails.
const failingWithLog = `import { pbkdf2 } from 'node:crypto'; import * as runtime from ${JSON.stringify(built)};
  await runtime.runProcess({ name: 'part', readConfig: () => ({ logLevel: 'info' }), start: async (config, { log }) => {
    for (let thread = 0; thread < 8; thread += 1) pbkdf2('', '', 100_000, 64, 'sha512', () => {});
    for (let at = 0; at < 200; at += 1) log.error({ reason: 'x'.repeat(900) }, 'a part fails');
    throw new runtime.CodedError('ENGINE_UNAVAILABLE', 'The disk is full.');
  } });`;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of its own with this `readConfig` and `start`; it gets `signal` when it says so. */
async function run(definition: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
  const program = `import * as fs from 'node:fs'; import * as net from 'node:net'; import * as runtime from ${JSON.stringify(built)};
    const config = { logLevel: 'info' };
    await runtime.runProcess({ name: 'part', readConfig: () => config, ${definition} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (chunk.includes('serves')) child.kill(signal);
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

test('a faulty configuration is one sentence, without a stack, and exit code 1', async () => {
  const ended = await run(
    `readConfig: () => { throw new runtime.CodedError('CONFIG_INVALID', 'PORT: too large.'); }, start: async () => {}`,
  );
  expect(ended).toEqual({ code: 1, stdout: '', stderr: 'PORT: too large.\n' });
});

test('a port that is busy is named, and so is the way out', async () => {
  const ended = await run(`start: async (config, { closing }) => {
    const listen = (port) => new Promise((resolve, reject) => {
      const server = net.createServer().once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
    });
    const first = await listen(0);
    closing.defer('first', () => console.log('closed first'));
    await listen(first.address().port);
  }`);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^Port \d+ is busy; stop what uses it, or choose another with PORT=\d+\.\n$/);
  expect(ended.stdout).toBe('closed first\n');
});

test('what nobody foresaw is a sentence for people and a log line with its stack', async () => {
  const ended = await run(`start: async () => { throw new TypeError('first line\\nsecond line'); }`);
  expect(ended).toMatchObject({ code: 1, stderr: 'part could not start: first line\n' });
  expect(JSON.parse(ended.stdout)).toMatchObject({
    level: 50,
    name: 'part',
    err: { type: 'TypeError', frames: expect.any(Array) },
  });
});

test('why it could not start is the last that is read where its log goes to the same place', async () => {
  const child = spawn(
    'sh',
    ['-c', 'exec "$0" --input-type=module -e "$1" 2>&1', process.execPath, failingWithLog],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = (await text(child.stdout)).trimEnd().split('\n');
  expect([lines.length, lines.at(-1)]).toEqual([201, 'The disk is full.']);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s closes what was opened, and ends with 0',
  async (signal) => {
    const definition = `start: async (config, { closing, log }) => {
    closing.defer('timer', () => clearInterval(timer));
    const timer = setInterval(() => {}, 1_000);
    log.info({}, 'serves');
  }`;
    const ended = await run(definition, signal);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain(`"signal":"${signal}"`);
  },
);

test('a signal during the start ends it with the next thing it opens, closes what it opened, and is no failure', async () => {
  const ended = await run(`start: async (config, { closing }) => {
    closing.defer('first', () => console.log('closed first'));
    const busy = setInterval(() => {}, 1_000);
    closing.defer('busy', () => clearInterval(busy));
    console.log('serves not yet');
    await new Promise((resolve) => closing.signal.addEventListener('abort', () => setImmediate(resolve)));
    closing.defer('second', () => console.log('closed second'));
    console.log('went on');
  }`);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout.match(/closed \w+/g)).toEqual(['closed second', 'closed first']);
  expect(ended.stdout).not.toContain('went on');
});

test('a fault that nothing caught is logged, and everything is closed before the process ends with 1', async () => {
  const ended = await run(`start: async (config, { closing }) => {
    closing.defer('server', () => console.log('closed'));
    setTimeout(() => { throw new RangeError('at night'); }, 1);
  }`);
  expect(ended).toMatchObject({ code: 1, stderr: '' });
  expect(ended.stdout).toContain('"type":"RangeError"');
  expect(ended.stdout).toContain('closed\n');
});

test('a start that waits for what will never come ends with a sentence, not in silence', async () => {
  const ended = await run(`start: async (config, { closing }) => {
    closing.defer('stuck', () => new Promise(() => {}));
    await new Promise(() => {});
  }`);
  expect(ended).toMatchObject({
    code: 1,
    stderr: 'part could not start: it waits for something that does not come\n',
  });
});

test('a stop that does not come to its end is cut short, with 1', async () => {
  const ended = await run(
    `drainMs: 50, start: async (config, { closing, log }) => {
      const timer = setInterval(() => {}, 1_000);
      closing.defer('stuck', () => new Promise(() => {}));
      log.info({}, 'serves');
    }`,
  );
  expect(ended).toMatchObject({ code: 1, stderr: '' });
  expect(ended.stdout).toContain('stopping took too long');
});

test('whoever started a process is told the code for which it could not start', async () => {
  const program = `import * as runtime from ${JSON.stringify(built)};
    await runtime.runProcess({ name: 'part', readConfig: () => ({ logLevel: 'silent' }), start: async () => {
      throw new runtime.CodedError('ENGINE_UNAVAILABLE', 'The log is away.');
    } });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [[said], [code]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  expect([said, code]).toEqual([{ startFailed: 'ENGINE_UNAVAILABLE' }, 1]);
});

test('whoever reads its output leaves, and it goes on', async () => {
  const program = `import * as runtime from ${JSON.stringify(built)};
    await runtime.runProcess({ name: 'part', readConfig: () => ({ logLevel: 'silent' }), start: async (config, { closing }) => {
      const timer = setInterval(() => {}, 1_000);
      closing.defer('timer', () => clearInterval(timer));
      process.once('message', () => {
        process.stdout.write('a start block');
        process.stderr.write('a sentence');
        setTimeout(() => process.send('still there'), 100);
      });
      process.send('serves');
    } });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  await once(child, 'message');
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.send('write');
  const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  expect(said).toBe('still there');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
