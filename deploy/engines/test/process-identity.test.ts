import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { areFree, freePorts } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { identityOf, isAlive } from '../src/process-identity.ts';

const program = fileURLToPath(new URL('engine.fixture.mjs', import.meta.url));

test('a process that was killed is gone when its port is free, and not before', async () => {
  for (let time = 0; time < 10; time += 1) {
    const [port = 0] = await freePorts(1);
    const child = spawn(process.execPath, [program, String(port), program]);
    await once(child.stdout, 'data');
    const identity = await identityOf(child.pid ?? 0);
    child.kill('SIGKILL');
    while (await isAlive(identity));
    expect(await areFree([port])).toBe(true);
  }
});
