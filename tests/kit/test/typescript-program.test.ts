import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { typescriptProgram } from '../src/typescript-program.ts';

test('a bare Node runs sources that use and dispose, in order, over turns, and with every fault', async () => {
  const program = typescriptProgram(fileURLToPath(new URL('disposed.fixture.ts', import.meta.url)));
  const { stdout } = await promisify(execFile)(process.execPath, [...program]);
  const oneTurn = ['block', 'second', 'first'];
  const overTurns = ['either', 'at once', 'awaited', 'answer'];
  expect(JSON.parse(stdout)).toEqual({
    said: [...oneTurn, ...overTurns, 'inner', 'outer'],
    faults: ['of outer', 'of inner', 'of the block'],
  });
});
