import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { typescriptProgram } from '@tributary/test-kit';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('bounded-garbage.fixture.ts', import.meta.url));

it('a heap that is bounded grows by a fifth less under what lives for a while', async () => {
  const mostBytes = async (how: string): Promise<number> => {
    const { stdout } = await promisify(execFile)(process.execPath, [...typescriptProgram(program), how]);
    return Number(stdout);
  };
  const [bounded, free] = await Promise.all([mostBytes('bounded'), mostBytes('free')]);
  expect(bounded).toBeGreaterThan(50 * 1024 * 1024);
  expect(bounded).toBeLessThan(0.85 * free);
});
