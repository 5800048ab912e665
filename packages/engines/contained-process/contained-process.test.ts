import { tmpdir } from 'node:os';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
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
  expect(loadingArguments(given)).toEqual([
    '--conditions',
    'source',
    '--import=file:///hook.mjs',
    '-C',
    'node',
  ]);
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
  expect(await child.ended).toMatchObject({ kind: 'killed' });
});

test('a crash is told from an orderly end', async () => {
  const crashed = start().child;
  crashed.send({ act: 'abort' });
  expect(await crashed.ended).toMatchObject({ kind: 'crashed' });
  const finished = start().child;
  finished.send({ act: 'finish' });
  expect(await finished.ended).toMatchObject({ kind: 'exited' });
  finished.send({ act: 'echo' });
});
