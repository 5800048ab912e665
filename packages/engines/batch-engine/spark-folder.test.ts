import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SparkAddress } from './spark-address.ts';
import { makeSparkFolder, processSpace, sweepSparkFolder } from './spark-folder.ts';

test('folders of processes that are gone are swept, and none of a container with the same name and numbers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spark-folder-'));
  const address = { folder, setting: 'BATCH_ENGINE_URL' } as unknown as SparkAddress;
  try {
    const nowMs = Date.now();
    const gone = spawnSync('true').pid;
    const space = await processSpace();
    await using mine = await makeSparkFolder(address);
    const other = '0123456789ab';
    const kept = [`tributary-run-${hostname()}-${gone}-a`, `tributary-run-${other}-${gone}-${other}-a`];
    const left = [
      `tributary-run-${space}-${gone}-${other}-a`,
      `tributary-run-${space}-${process.pid}-${other}-a`,
    ];
    const old = [`tributary-run-${other}-1-${other}-b`, `tributary-run-${space}-1-${other}-b`];
    for (const name of [...kept, ...left, ...old, 'of-somebody-else']) await mkdir(join(folder, name));
    for (const name of old) await utimes(join(folder, name), 0, nowMs / 1_000 - 86_500);
    await sweepSparkFolder(address, nowMs);
    const names = [...kept, 'of-somebody-else'].map((name) => join(folder, name));
    expect((await readdir(folder)).map((name) => join(folder, name)).sort()).toEqual(
      [...names, mine.dir].sort(),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
