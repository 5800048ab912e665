import { programBeside } from '@tributary/engines/contained-process/contained-process';
import { createLogger, type Logger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { composeHere, readHere, SupergraphProcess } from './supergraph-process.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const serviceOf = (field: string) => [
  { name: 'one', url: 'http://one.example/', sdl: `type Query { ${field}: Int }` },
];
const failing = programBeside(import.meta.url, 'reading-that-fails.fixture');

it('what is composed and read in a process of its own is what it would be here', async () => {
  await using apart = new SupergraphProcess({ log });
  const sdl = await apart.compose(serviceOf('field'));
  expect(sdl).toBe(await composeHere(serviceOf('field')));
  expect(await apart.read(sdl)).toEqual(readHere(sdl));
});

it('faults are told from there in the same words', async () => {
  await using apart = new SupergraphProcess({ log });
  const broken = [{ name: 'one', url: 'http://one.example/', sdl: 'type Query { broken' }];
  await expect(apart.compose(broken)).rejects.toThrow(/^The SDL of one cannot be read: Syntax Error/);
  const other = { name: 'two', url: 'http://two.example/', sdl: 'type Query { field: String }' };
  await expect(apart.compose([...serviceOf('field'), other])).rejects.toThrow(
    /^The subgraphs do not compose:/,
  );
  await expect(apart.read('type Query { a: Int }')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^That is no supergraph: /),
  });
});

it('the process is there while it is needed: it ends when nobody asks, and another one begins', async () => {
  await using apart = new SupergraphProcess({ log, idleMs: 1 });
  await apart.compose(serviceOf('field'));
  await eventually(() => expect(apart.pid).toBeUndefined());
  expect(await apart.compose(serviceOf('field'))).toContain('field');
});

it('one that is taken from outside is no fault of the supergraph, and one that outgrows its memory is; the next works', async () => {
  await using apart = new SupergraphProcess({ log, program: failing });
  await expect(apart.compose(serviceOf('takenFromOutside'))).rejects.toMatchObject({ code: 'OVERLOADED' });
  await expect(apart.compose(serviceOf('takesTooMuch'))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'The subgraphs cannot be composed with the time and the memory there is for it.',
  });
  expect(await apart.compose(serviceOf('field'))).toContain('field');
});

it('what is under way is given up at the end', async () => {
  const apart = new SupergraphProcess({ log, program: failing });
  const asked = apart.compose(serviceOf('takesForever'));
  const refused = expect(asked).rejects.toMatchObject({ code: 'OVERLOADED' });
  await eventually(() => expect(apart.pid).toBeDefined());
  await apart[Symbol.asyncDispose]();
  await refused;
});

it('where no process starts it is done here, and said', async () => {
  const said: string[] = [];
  const telling: Logger = { ...log, warn: (_facts, message) => said.push(message) };
  const program = programBeside(import.meta.url, 'there-is-none');
  await using apart = new SupergraphProcess({ log: telling, program });
  expect(await apart.compose(serviceOf('field'))).toContain('field');
  expect(said).toEqual(['no process starts in which to read the supergraph: it is read in this one']);
});
