import { expect, test } from 'vitest';
import { startChild } from '../src/child-process.ts';

test('a part that is killed while it starts is not waited for', async () => {
  const starting = startChild({
    name: 'part',
    entry: 'deploy/all-in-one/test/killed-child.fixture.mjs',
    env: {},
    readyUrl: 'http://127.0.0.1:1/health/ready',
  });
  await expect(starting).rejects.toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
    message: expect.stringContaining('ended while it started (SIGKILL)'),
  });
});
