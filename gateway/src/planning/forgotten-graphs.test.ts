import { readFile } from 'node:fs/promises';
import { composeSupergraph } from '@tributary/schema';
import { expect, onTestFinished, test } from 'vitest';
import { PlanningProcess } from './planning-process.ts';

const types = 300;
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n`;
/** Megabytes to the native planner. */
const sdl = composeSupergraph(
  ['a', 'b', 'c'].map((name) => ({
    name,
    sdl: `${link} ${name === 'a' ? 'type Query { first: T0 }' : ''} ${Array.from(
      { length: types },
      (_, n) => `type T${n} @key(fields: "id") { id: ID! ${name}0: Int ${name}1: T${(n * 7) % types} }`,
    ).join(' ')}`,
  })),
);

async function residentMegabytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

test.runIf(process.platform === 'linux')(
  'graphs that are forgotten take no memory of the planning process (needs /proc)',
  async () => {
    const planning = new PlanningProcess();
    onTestFinished(() => {
      if (planning.pid !== undefined) process.kill(planning.pid, 'SIGKILL');
    });
    const read = async (from: number, to: number): Promise<number> => {
      for (let n = from; n < to; n += 1) await planning.hold({ name: `graph ${n}`, sdl });
      return residentMegabytes(planning.pid);
    };
    const known = await read(0, 6);
    expect((await read(6, 36)) - known).toBeLessThan(60);
  },
);

test.runIf(process.platform === 'linux')(
  'a graph that nobody holds any more is forgotten at once, and the process ends with the last (needs /proc)',
  async () => {
    const planning = new PlanningProcess();
    onTestFinished(() => {
      if (planning.pid !== undefined) process.kill(planning.pid, 'SIGKILL');
    });
    const reload = async (from: number, to: number): Promise<number> => {
      for (let n = from; n < to; n += 1) {
        await planning.hold({ name: `graph ${n}`, sdl });
        await planning.release({ name: `graph ${n - 1}`, sdl });
      }
      return residentMegabytes(planning.pid);
    };
    await planning.hold({ name: 'graph 0', sdl });
    const one = await reload(1, 3);
    expect((await reload(3, 9)) - one).toBeLessThan(40);
    const { pid } = planning;
    await planning.release({ name: 'graph 8', sdl });
    expect(planning.pid).toBeUndefined();
    expect(await residentMegabytes(pid).catch(() => 'gone')).toBe('gone');
  },
);
