import { expect, test } from 'vitest';
import { madeFiles } from './made-files.ts';

test('a run leads to every file its output names, and to nothing that is no file', () => {
  const found = (output: unknown) => madeFiles(output).map(({ title, id }) => [title, id]);
  expect(found({ file: 'a', errorFile: 'b', rows: 3 })).toEqual([
    ['File', 'a'],
    ['Errors', 'b'],
  ]);
  expect(found({ errorFile: null, file: 7 })).toEqual([]);
  expect(['text', null, [], 1].flatMap(found)).toEqual([]);
});
