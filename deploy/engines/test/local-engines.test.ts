import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { runCommand } from '../src/command.ts';
import { exchange } from '../src/exchange.ts';
import { isAlive, isTaken } from '../src/process-identity.ts';
import { openEngines } from './local-engines.fixture.ts';

const run = promisify(execFile);

test('an engine answers when it is up, is known to every shell, and keeps its data and secrets over a stop', async () => {
  await using under = await openEngines();
  const engine = await under.shell().up('first');
  const { port, password } = new URL(engine.settings['FIRST_URL'] ?? '');
  expect((await exchange(Number(port), 'ping')).toString()).toBe('pong');
  expect(await under.shell().status()).toMatchObject([{ name: 'first', state: 'running' }]);
  expect(await readFile(under.shell().envFile, 'utf8')).toBe(`FIRST_URL='${engine.settings['FIRST_URL']}'\n`);
  expect(await under.shell().up('first')).toEqual(engine);

  expect(await under.shell().down('first')).toBe(true);
  expect(await under.shell().status()).toEqual([]);
  expect(await readFile(under.shell().envFile, 'utf8')).toBe('');
  expect(await under.shell().down('first')).toBe(false);
  const again = await under.shell().up('first');
  expect(new URL(again.settings['FIRST_URL'] ?? '').password).toBe(password);
  expect(await readFile(join(under.stateDir, 'first', 'data', 'starts'), 'utf8')).toBe('xx');
  await under.shell().remove('first');
  expect(await readdir(join(under.stateDir, 'first'))).toEqual(['ports.json']);
  const empty = new URL((await under.shell().up('first')).settings['FIRST_URL'] ?? '');
  expect(empty.port).toBe(String(port));
  expect(empty.password).not.toBe(password);
  expect(await readFile(join(under.stateDir, 'first', 'data', 'starts'), 'utf8')).toBe('x');
});

test('an engine that died is told as crashed, offered to nobody, and started again by up', async () => {
  await using under = await openEngines();
  const engine = await under.shell().up('first');
  process.kill(engine.process.pid, 'SIGKILL');
  await eventually(async () =>
    expect(await under.shell().status()).toMatchObject([{ name: 'first', state: 'crashed' }]),
  );
  expect(await under.shell().settings()).toEqual({});
  const printed: string[] = [];
  const deps = { engines: under.shell(), say: () => undefined, print: (text: string) => printed.push(text) };
  await expect(runCommand(['status'], deps)).rejects.toThrow('Crashed: first');
  expect(printed.join('')).toContain('crashed');
  const again = await under.shell().up('first');
  expect(again.process).not.toEqual(engine.process);
  expect(await under.shell().status()).toMatchObject([{ state: 'running' }]);
  expect(again.settings).toEqual(engine.settings);
});

test('an engine that was made to stand still is told as paused, goes on by up, and is stopped at once', async () => {
  await using under = await openEngines();
  const engine = await under.shell().up('stubborn');
  const pause = async (): Promise<void> => {
    process.kill(engine.process.pid, 'SIGSTOP');
    await eventually(async () => expect(await under.shell().status()).toMatchObject([{ state: 'paused' }]));
  };
  await pause();
  const deps = { engines: under.shell(), say: () => undefined, print: () => undefined };
  await expect(runCommand(['status'], deps)).rejects.toThrow(
    'Paused: stubborn; npm run engines -- up NAME lets it go on.',
  );
  expect(await under.shell().up('stubborn')).toEqual(engine);
  const { port } = new URL(engine.settings['STUBBORN_URL'] ?? '');
  expect((await exchange(Number(port), 'ping')).toString()).toBe('pong');
  await pause();
  expect(await under.shell().down('stubborn')).toBe(true);
  expect(await readFile(join(under.stateDir, 'stubborn', 'engine.log'), 'utf8')).toContain('ended in order');
});

test('what a power failure left of an engine’s record hinders nobody, and one that never ran has no log', async () => {
  await using under = await openEngines();
  await expect(under.shell().log('first')).rejects.toThrow('first has not run yet');
  const engine = await under.shell().up('first');
  await under.shell().down('first');
  for (const name of ['engine.json', 'ports.json', 'secrets/password'])
    await writeFile(join(under.stateDir, 'first', name), '');
  expect(await under.shell().status()).toEqual([]);
  expect(await under.shell().down('first')).toBe(false);
  const again = new URL((await under.shell().up('first')).settings['FIRST_URL'] ?? '');
  expect(again.password).toHaveLength(48);
  expect(again.href).not.toBe(engine.settings['FIRST_URL']);
});

test.runIf(process.platform === 'linux')(
  'what a crash left at work in a session of its own is ended by the next start, and by a stop (needs Linux)',
  async () => {
    await using under = await openEngines();
    const worker = async (): Promise<number> =>
      Number(await readFile(join(under.stateDir, 'leaving', 'data', 'worker'), 'utf8'));
    const crashed = async (): Promise<number> => {
      const { process: engine } = await under.shell().up('leaving');
      process.kill(engine.pid, 'SIGKILL');
      await eventually(async () =>
        expect(await under.shell().status()).toMatchObject([{ state: 'crashed' }]),
      );
      const left = await worker();
      process.kill(left, 0);
      return left;
    };
    const first = await crashed();
    const second = await crashed();
    expect(await isTaken(first)).toBe(false);
    expect(await under.shell().down('leaving')).toBe(false);
    expect(await isTaken(second)).toBe(false);
    expect(await under.shell().status()).toEqual([]);
  },
);

test('an engine whose start was interrupted is offered to nobody, and started anew by up', async () => {
  await using under = await openEngines();
  const fixture = fileURLToPath(new URL('interrupted-up.fixture.ts', import.meta.url));
  const interrupted = fork(fixture, [under.cacheDir, under.stateDir]);
  await eventually(async () =>
    expect(await under.shell().status()).toMatchObject([{ name: 'first', state: 'starting' }]),
  );
  const gone = once(interrupted, 'exit');
  interrupted.kill('SIGKILL');
  await gone;
  const [left] = await under.shell().status();
  expect(left).toMatchObject({ state: 'starting' });
  expect(await under.shell().settings()).toEqual({});
  const engine = await under.shell().up('first');
  expect(engine.process).not.toEqual(left?.process);
  expect(await under.shell().status()).toMatchObject([{ state: 'running' }]);
  expect(left !== undefined && (await isAlive(left.process))).toBe(false);
  const url = new URL(engine.settings['FIRST_URL'] ?? '');
  expect((await exchange(Number(url.port), 'ping')).toString()).toBe('pong');
  expect(await readFile(under.shell().envFile, 'utf8')).toContain('FIRST_URL=');
});

test('an engine is stopped by the signal that it takes for it', async () => {
  await using under = await openEngines();
  const { process: started } = await under.shell().up('stubborn');
  expect(await under.shell().down('stubborn')).toBe(true);
  expect(() => process.kill(started.pid, 0)).toThrow('ESRCH');
  expect(await readFile(join(under.stateDir, 'stubborn', 'engine.log'), 'utf8')).toContain('ended in order');
});

test('an engine is found where it was before, or somewhere else when its port was taken meanwhile', async () => {
  await using under = await openEngines();
  const url = (await under.shell().up('first')).settings['FIRST_URL'] ?? '';
  await under.shell().down('first');
  expect((await under.shell().up('first')).settings['FIRST_URL']).toBe(url);
  await under.shell().down('first');
  const taken = createServer().listen(Number(new URL(url).port), '127.0.0.1');
  await once(taken, 'listening');
  try {
    const elsewhere = (await under.shell().up('first')).settings['FIRST_URL'] ?? '';
    expect(new URL(elsewhere).port).not.toBe(new URL(url).port);
  } finally {
    taken.close();
  }
});

test('who asks for help is shown the commands and the engines, and no mistake', async () => {
  await using under = await openEngines();
  for (const asked of ['--help', '-h']) {
    const printed: string[] = [];
    const deps = {
      engines: under.shell(),
      say: () => undefined,
      print: (text: string) => printed.push(text),
    };
    await runCommand([asked], deps);
    expect(printed.join('')).toMatch(/^npm run engines -- up NAME…[\s\S]*Engines: first, /);
  }
});

test('what an engine needs is started before it and stays; what it started itself goes with it, killed or stopped', async () => {
  await using under = await openEngines();
  const printed: string[] = [];
  const deps = { engines: under.shell(), say: () => undefined, print: (text: string) => printed.push(text) };
  await runCommand(['up', 'needy'], deps);
  expect(printed.join('')).toMatch(/^FIRST_URL=.+\nNEEDY_URL=.+\n$/);
  const child = async (): Promise<number> =>
    Number(await readFile(join(under.stateDir, 'needy', 'data', 'pid'), 'utf8'));
  const ended = (pid: number): Promise<void> =>
    eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
  const stopped = await child();
  await under.shell().down('needy');
  await ended(stopped);
  const again = await under.shell().up('needy');
  const orphan = await child();
  process.kill(again.process.pid, 'SIGKILL');
  await eventually(async () =>
    expect(await under.shell().status()).toMatchObject([{ name: 'first' }, { state: 'crashed' }]),
  );
  process.kill(orphan, 0);
  await under.shell().down('needy');
  await ended(orphan);
  expect(await under.shell().status()).toMatchObject([{ name: 'first', state: 'running' }]);
});

test('shells that start one engine at once fetch it once and start it once', async () => {
  await using under = await openEngines();
  const engines = await Promise.all(Array.from({ length: 8 }, () => under.shell().up('first')));
  expect(new Set(engines.map(({ process }) => process.pid)).size).toBe(1);
  expect(under.told).toEqual(['first: fetching 1 (once) …']);
  expect(await readFile(join(under.stateDir, 'first', 'data', 'starts'), 'utf8')).toBe('x');
});

test('an engine that cannot be fetched or started leaves nothing, and says what its tools or its log said', async () => {
  await using under = await openEngines();
  await expect(under.shell().up('unfetchable')).rejects.toMatchObject({
    name: 'CannotProvision',
    message: 'unfetchable 1 cannot be fetched: the registry is away',
  });
  expect(await readdir(join(under.cacheDir, 'unfetchable'))).toEqual([]);
  await expect(under.shell().up('broken')).rejects.toThrow(
    /broken did not start: it ended with 1[\s\S]*nothing\.mjs/,
  );
  expect(await under.shell().status()).toEqual([]);
  await expect(under.shell().up('third')).rejects.toThrow(
    'There is no engine third; there are first, second, needy',
  );
});

test('the command line prints what a shell can take over, and only the owner can read what it keeps', async () => {
  await using under = await openEngines();
  const printed: string[] = [];
  const said: string[] = [];
  const engines = under.shell();
  const deps = {
    engines,
    say: (line: string) => said.push(line),
    print: (text: string) => printed.push(text),
  };
  await runCommand(['up', 'first', 'second', '--env'], deps);
  const urls = Object.entries(await engines.settings());
  expect(printed.join('')).toBe(urls.map(([name, url]) => `export ${name}='${url}'\n`).join(''));
  const sourced = `. ${engines.envFile} && printf '%s\\n' "$FIRST_URL" "$SECOND_URL"`;
  expect((await run('sh', ['-c', sourced])).stdout).toBe(urls.map(([, url]) => `${url}\n`).join(''));
  expect(parseEnv(await readFile(engines.envFile, 'utf8'))).toEqual(Object.fromEntries(urls));
  for (const file of ['engines.env', 'first/engine.json', 'first/engine.log', 'first/secrets/password'])
    expect((await stat(join(under.stateDir, file))).mode & 0o077).toBe(0);
  await runCommand(['logs', 'first'], deps);
  expect(printed.at(-1)).toContain('listening on');
  await runCommand(['down'], deps);
  expect(await engines.status()).toEqual([]);
  await expect(runCommand(['upp'], deps)).rejects.toThrow('npm run engines -- up NAME…');
});
