import { appendFile, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { atNight, eventually, graphCaller, processesNaming, startProduct } from '@tributary/test-kit';
import { expect, test, vi } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { clone, run } from './clone.ts';
import { freshFolder, root } from './start-attempt.ts';

vi.setConfig({ testTimeout: 600_000 });

const start = 'scripts/start.mjs';
const counts = `{ airports(first: 1) { totalCount } flights(first: 1) { totalCount } }`;
const everything = { airports: { totalCount: 3_376 }, flights: { totalCount: 20_000 } };

const nothing = { airports: { totalCount: 0 }, flights: { totalCount: 0 } };

const within = { timeoutMs: 60_000 };

interface Moment {
  readonly name: string;
  /** Told by what lies in the data folder by then. */
  readonly reached: (dataDir: string) => Promise<unknown>;
  readonly demo: 'on' | 'off';
  /** A change waits for one moment before there is a database and one with it; the others come at night (`NIGHTLY=1`, .ci/nightly). */
  readonly atNight?: true;
}

/** Moments of a first start. Before the demo is loaded, whether there will be one makes no difference. */
const allMoments: readonly Moment[] = [
  {
    name: 'the folder is made',
    reached: (dataDir) => eventually(() => stat(join(dataDir, 'process.json')), within),
    demo: 'off',
    atNight: true,
  },
  {
    name: 'the cluster is being made',
    reached: (dataDir) => eventually(() => draftOf(dataDir), within),
    demo: 'off',
  },
  {
    name: 'the database starts',
    reached: (dataDir) => eventually(() => stat(join(dataDir, 'postgres', 'server.log')), within),
    demo: 'off',
    atNight: true,
  },
  {
    name: 'the demo is being loaded',
    reached: (dataDir) => eventually(() => stat(join(dataDir, 'demo.json')), within),
    demo: 'on',
  },
];

const moments = allMoments.filter((moment) => atNight || moment.atNight === undefined);
/** A demo that was cut short is completed in `start-faults.journey.ts` too, where a disk is full: loading it once more waits for the night. */
const momentsOfKills = moments.filter(({ demo }) => atNight || demo === 'off');

async function draftOf(dataDir: string): Promise<void> {
  expect((await readdir(join(dataDir, 'postgres'))).join()).toContain('cluster-new-');
}

test.each(momentsOfKills)(
  'a first start that is killed when $name is completed by the next one',
  async ({ reached, demo }) => {
    const dataDir = join(await freshFolder(), 'data');
    const killed = run(root, ['deploy/all-in-one/dist/main.js'], { DATA_DIR: dataDir, DEMO: demo });
    await reached(dataDir);
    await killed.end('SIGKILL');
    await using product = await startProduct({ form: 'one', dataDir, env: { DEMO: demo } });
    const { data } = await (demo === 'on'
      ? graphCaller(product.url)
      : (await newWorkspace(product.url)).owner.ask)(counts);
    expect(data).toEqual(demo === 'on' ? everything : nothing);
    expect(
      (await readdir(join(dataDir, 'postgres'))).filter((name) => name.startsWith('cluster-new-')),
    ).toEqual([]);
  },
);

test.each(moments)(
  'Ctrl-C when $name ends a first start with 0 and leaves no process',
  async ({ reached, demo }) => {
    const above = await freshFolder();
    const dataDir = join(above, 'data');
    const stopped = run(root, ['deploy/all-in-one/dist/main.js'], { DATA_DIR: dataDir, DEMO: demo });
    await reached(dataDir);
    expect(await stopped.end('SIGINT')).toBe(0);
    expect(stopped.output()).not.toContain('Tributary is running');
    await eventually(() => expect(processesNaming(dataDir)).toEqual([]));
    // Before it served, nobody can have left anything in what it made.
    if (demo === 'off') expect(await readdir(above)).toEqual([]);
  },
);

test('a build that is killed is completed by the next start, which waits for what the kill left behind; one more, while that runs, is refused before it builds anything; Ctrl-C while it builds, or waits, ends it with 0 and a word', async () => {
  const folder = await clone();
  await rm(join(folder, 'deploy/all-in-one/dist'), { recursive: true });
  await appendFile(join(folder, 'deploy/all-in-one/src/lean-heap.ts'), '\nexport const touched = 1;\n');
  const killed = run(folder, [start]);
  await killed.says(/Building …/);
  await killed.end('SIGKILL');
  const next = run(folder, [start]);
  await next.says(/Tributary is running/);
  expect(next.output()).toContain('Waiting for process ');
  expect(next.output()).not.toContain('Installing');
  expect(await readFile(join(folder, 'deploy/all-in-one/dist/lean-heap.js'), 'utf8')).toContain(
    'touched = 1',
  );

  await appendFile(join(folder, 'packages/runtime/src/ids.ts'), '\nexport const touched = 1;\n');
  const refused = run(folder, [start]);
  expect(await refused.ended).toBe(1);
  expect(refused.output()).toBe(
    `The data folder ${join(folder, '.tributary')} is in use by process ${next.process.pid}; stop it, or set DATA_DIR to another folder.\n`,
  );
  expect(await readFile(join(folder, 'packages/runtime/dist/ids.js'), 'utf8')).not.toContain('touched');
  expect(await next.end('SIGINT')).toBe(0);

  const building = run(folder, [start]);
  await building.says(/Building …/);
  const waiting = run(folder, [start]);
  await waiting.says(/Waiting for process/);
  for (const stopped of [waiting, building]) {
    expect(await stopped.end('SIGINT')).toBe(0);
    expect(stopped.output()).toMatch(/…\nStopped\.\n$/);
  }
});
