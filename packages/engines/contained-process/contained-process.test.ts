import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { ContainedProcess, loadingArguments, programBeside } from './contained-process.ts';

interface Told {
  readonly act: string;
  readonly value?: unknown;
}

function start(): { child: ContainedProcess<Told, unknown>; said: unknown[] } {
  const said: unknown[] = [];
  const program = programBeside(import.meta.url, 'misbehaving.fixture');
  const child = new ContainedProcess<Told, unknown>(
    { program, memoryBytes: 300_000_000, workDir: tmpdir() },
    (message) => said.push(message),
  );
  return { child, said };
}

test('of the arguments of the parent it takes those that find modules, whichever way they are written', () => {
  const given = [
    '--env-file=x.env',
    '--inspect',
    '--conditions',
    'source',
    '--import=file:///hook.mjs',
    '-C',
    'node',
    '--max-old-space-size=99',
  ];
  expect(loadingArguments(given, new URL('file:///program.ts'))).toEqual([
    '--conditions',
    'source',
    '--import=file:///hook.mjs',
    '-C',
    'node',
  ]);
});

test('a program that was built gets the conditions of the parent, and nothing of what the parent loads first', () => {
  const given = ['--import', './a.mjs', '-r', 'b/config', '--import=c', '-C', 'd', '--loader=./e.mjs'];
  expect(loadingArguments(given, new URL('file:///program.js'))).toEqual(['-C', 'd']);
});

test('it starts in another folder though the parent was told to load modules by names of its own folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'contained-'));
  const before = [...process.execArgv];
  onTestFinished(async () => {
    process.execArgv.splice(0, process.execArgv.length, ...before);
    await rm(folder, { recursive: true });
  });
  await writeFile(
    join(folder, 'import.mjs'),
    'globalThis.loadedFirst = [...(globalThis.loadedFirst ?? []), "import"];',
  );
  await writeFile(join(folder, 'require.cjs'), '(globalThis.loadedFirst ??= []).push("require");');
  const built = join(folder, 'built.mjs');
  await writeFile(built, 'process.on("message", () => process.send(globalThis.loadedFirst ?? "nothing"));');
  const near = relative(process.cwd(), folder);
  process.execArgv.push('--import', join(near, 'import.mjs'), `--require=${join(near, 'require.cjs')}`);
  const { child, said } = start();
  await using _ = child;
  child.send({ act: 'loaded' });
  // Node requires before it imports.
  await eventually(() => expect(said).toEqual([['require', 'import']]));
  await using other = new ContainedProcess<Told, unknown>(
    { program: pathToFileURL(built), memoryBytes: 300_000_000, workDir: tmpdir() },
    (message) => said.push(message),
  );
  other.send({ act: 'loaded' });
  await eventually(() => expect(said).toEqual([['require', 'import'], 'nothing']));
});

test('values pass as they are, big integers and typed arrays too', async () => {
  const { child, said } = start();
  await using _ = child;
  const value = { n: 2n ** 70n, floats: Float32Array.of(1.5), nested: [null, 'ü'] };
  child.send({ act: 'echo', value });
  await eventually(() => expect(said).toEqual([value]));
});

test('it sees nothing of the environment of its parent', async () => {
  const { child, said } = start();
  await using _ = child;
  child.send({ act: 'environment' });
  await eventually(() => expect(said).toEqual([[]]));
});

test('one that takes more memory than it may is ended, even if it never returns to its event loop', async () => {
  const { child } = start();
  child.send({ act: 'hoard' });
  expect(await child.ended).toMatchObject({ kind: 'out-of-memory' });
});

test('one that never returns is killed at once', async () => {
  const { child } = start();
  child.send({ act: 'hang' });
  await child[Symbol.asyncDispose]();
  expect(await child.ended).toMatchObject({ kind: 'killed', wasTaken: false });
});

test('it outlives the signals that ask its whole group to end, and tells when somebody else took it', async () => {
  const { child, said } = start();
  await using _ = child;
  child.send({ act: 'echo', value: 1 });
  await eventually(() => expect(said).toEqual([1]));
  const pid = child.pid ?? Number.NaN;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.kill(pid, signal);
  child.send({ act: 'echo', value: 2 });
  await eventually(() => expect(said).toEqual([1, 2]));
  process.kill(pid, 'SIGKILL');
  expect(await child.ended).toMatchObject({ kind: 'crashed', wasTaken: true });
});

test('a crash is told from an orderly end', async () => {
  const crashed = start().child;
  crashed.send({ act: 'abort' });
  expect(await crashed.ended).toMatchObject({ kind: 'crashed', wasTaken: false });
  const finished = start().child;
  finished.send({ act: 'finish' });
  expect(await finished.ended).toMatchObject({ kind: 'exited' });
  finished.send({ act: 'echo' });
});
