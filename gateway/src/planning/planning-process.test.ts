import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLogger, Registry } from '@tributary/runtime';
import { composeSupergraph } from '@tributary/schema';
import { eventually, freeze } from '@tributary/test-kit';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createPlanningFigures } from './planning-figures.ts';
import { NoPlanningProcess, PlanningProcess } from './planning-process.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])\n`;
/** What the entities of one subgraph are known by is more than the other knows them by: the planner panics where a field requires something. */
const sdl = composeSupergraph([
  {
    name: 'catalogue',
    sdl: `${link}type Query { products: [Product!]! } type Product @key(fields: "id") { id: ID! weight: Int }`,
  },
  {
    name: 'shipping',
    sdl: `${link}type Product @key(fields: "id") @key(fields: "sku") {
      id: ID! sku: String! weight: Int @external cost: Int @requires(fields: "weight") }`,
  },
]);
const graph = { name: 'shop', sdl };
const ask = (text: string) => ({
  question: { text, operationName: undefined, labels: [], drawn: 100 },
});
const fine = ask('{ products { id } }');
const panic = (n: number) => ask(`{ p${n}: products { cost } }`);

const hanging = new URL('planning-that-hangs.fixture.ts', import.meta.url);
function watched() {
  const lines: string[] = [];
  const log = createLogger({
    name: 'test',
    level: 'warn',
    destination: { write: (line) => lines.push(line) },
  });
  const watch = { log, figures: createPlanningFigures(new Registry()) };
  return { watch, told: (): unknown[] => lines.map((line) => JSON.parse(line)) };
}

const opened: PlanningProcess[] = [];
function open(options: ConstructorParameters<typeof PlanningProcess>[0] = {}): PlanningProcess {
  const planning = new PlanningProcess(options);
  opened.push(planning);
  return planning;
}
afterAll(() => {
  for (const { pid } of opened) if (pid !== undefined) process.kill(pid, 'SIGKILL');
});

test('an operation on which the planner panics ends its process alone; those that wait behind it are planned by the next', async () => {
  const planning = open();
  await planning.hold(graph);
  const { pid } = planning;
  const plans = await Promise.all(
    [fine, panic(0), fine, panic(0), fine].map((asked) => planning.planNatively(graph, asked)),
  );
  expect(plans.map((plan) => plan?.kind)).toEqual([
    'QueryPlan',
    undefined,
    'QueryPlan',
    undefined,
    'QueryPlan',
  ]);
  expect(planning.pid).not.toBe(pid);
  const { pid: next } = planning;
  expect(await planning.planNatively(graph, panic(0))).toBeUndefined();
  expect(planning.pid).toBe(next);
});

test('it rests for the rest of a minute when it was ended too often, and comes back', async () => {
  let nowMs = 0;
  const planning = open({ nowMs: () => nowMs });
  for (let n = 0; n < 5; n += 1) expect(await planning.planNatively(graph, panic(n))).toBeUndefined();
  expect(await planning.planNatively(graph, fine)).toBeUndefined();
  expect(planning.pid).toBeUndefined();
  nowMs = 60_000;
  expect(await planning.planNatively(graph, fine)).toHaveProperty('node');
});

test('a graph that it does not know any more is told to it again', async () => {
  const planning = open();
  const graphs = Array.from({ length: 6 }, (_, n) => ({ name: `shop ${n}`, sdl }));
  for (const each of [...graphs, ...graphs])
    expect(await planning.planNatively(each, fine)).toHaveProperty('node');
});

test('a plan that takes too long is refused, and the process that makes it is ended; the log and the figures say for which operation', async () => {
  const planning = open({ longestMs: 1_000, program: hanging });
  const { watch, told } = watched();
  await planning.hold(graph, 'hive', watch);
  const call = { ...ask('query Slow { hangs: products { id } }'), asking: { hash: () => 'abc' }, watch };
  const slow = { ...call, question: { ...call.question, operationName: 'Slow' } };
  const asked = planning.planNatively(graph, slow);
  const behind = planning.planNatively(graph, { ...fine, watch });
  await expect(asked).rejects.toMatchObject({ code: 'OPERATION_TOO_COMPLEX' });
  expect(await behind).toHaveProperty('node');
  expect(told()).toMatchObject([
    { reason: 'late', operationName: 'Slow', operationHash: 'abc', planner: 'hive' },
  ]);
  const ends = await watch.figures.processEnds.get();
  expect(ends.values).toEqual([{ labels: { reason: 'late' }, value: 1 }]);
  const { values } = await watch.figures.planSeconds.get();
  const counts = values.filter(({ metricName }) => metricName?.endsWith('_count') === true);
  expect(counts.map(({ labels, value }) => [labels.planner, labels.outcome, value])).toEqual([
    ['hive', 'late', 1],
    ['hive', 'planned', 1],
  ]);
});

test('one that is late is not planned by the native planner again, and not at all once the other was late too', async () => {
  const planning = open({ longestMs: 1_000, program: hanging });
  const slow = ask('{ hangs: products { id } }');
  const tooComplex = { code: 'OPERATION_TOO_COMPLEX' };
  await expect(planning.planNatively(graph, slow)).rejects.toMatchObject(tooComplex);
  expect(await planning.planNatively(graph, slow)).toBeUndefined();
  expect(planning.pid).toBeUndefined();
  await expect(planning.planWithApollo(graph, slow)).rejects.toMatchObject(tooComplex);
  await expect(planning.planWithApollo(graph, slow)).rejects.toMatchObject(tooComplex);
  expect(planning.pid).toBeUndefined();
});

test('what is no graph to the native planner is left to the other, which says what is wrong', async () => {
  const planning = open();
  const none = { name: 'x', sdl: 'type Query {' };
  expect(await planning.planNatively(none, fine)).toBeUndefined();
  await expect(planning.planWithApollo(none, fine)).rejects.toThrow('Syntax Error');
  expect(await planning.planNatively(graph, fine)).toHaveProperty('node');
});

test('the other planner works beside it in the same way, refuses what it always refuses, and is ended when it takes too long', async () => {
  const planning = open();
  const [plan, again] = await Promise.all([
    planning.planWithApollo(graph, panic(0)),
    planning.planWithApollo(graph, panic(0)),
  ]);
  expect(again).toEqual(plan);
  expect(plan).toMatchObject({
    kind: 'sequence',
    nodes: [{ subgraph: 'catalogue' }, { kind: 'entities' }],
  });
  await expect(planning.planWithApollo(graph, ask('{ nothing }'))).rejects.toThrow('nothing');
  const hasty = open({ longestMs: 1_000, program: hanging });
  for (let n = 0; n < 2; n += 1)
    await expect(hasty.planWithApollo(graph, ask('{ hangs: products { id } }'))).rejects.toMatchObject({
      code: 'OPERATION_TOO_COMPLEX',
    });
});

test('where no process starts the native planner has nothing to say, whoever needs the other has to be it, and none is tried again before a minute is over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'planning-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const tries = join(folder, 'tries');
  const program = join(folder, 'program.mjs');
  await writeFile(
    program,
    `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(tries)}, 'x'); throw new Error('not here');`,
  );
  let nowMs = 0;
  const planning = open({ program: pathToFileURL(program), nowMs: () => nowMs });
  const { watch, told } = watched();
  await planning.hold(graph, 'hive', watch);
  for (let n = 0; n < 2; n += 1) {
    expect(await planning.planNatively(graph, fine)).toBeUndefined();
    await expect(planning.planWithApollo(graph, fine)).rejects.toThrow(NoPlanningProcess);
  }
  expect(await readFile(tries, 'utf8')).toBe('x');
  expect(told()).toMatchObject([{ reason: expect.stringContaining('not here') }]);
  nowMs = 60_000;
  await expect(planning.planWithApollo(graph, fine)).rejects.toThrow(NoPlanningProcess);
  expect(await readFile(tries, 'utf8')).toBe('xx');
});

test('on a system without the native planner the other one plans, from the first operation on', async () => {
  const planning = open({ program: new URL('planning-without-addon.fixture.ts', import.meta.url) });
  expect(await planning.planNatively(graph, fine)).toBeUndefined();
  expect(await planning.planWithApollo(graph, fine)).toMatchObject({ subgraph: 'catalogue' });
});

test('a process that somebody else ends is no fault of what it was at: that is planned by the next', async () => {
  const planning = open();
  const { watch, told } = watched();
  await planning.hold(graph, 'hive', watch);
  for (const plan of [
    () => planning.planNatively(graph, { ...fine, watch }),
    () => planning.planWithApollo(graph, { ...fine, watch }),
  ]) {
    await plan();
    const { pid } = planning;
    if (pid === undefined) throw new Error('there is no process');
    freeze(pid);
    const planned = plan();
    process.kill(pid, 'SIGKILL');
    expect(await planned).toBeDefined();
  }
  expect(told()).toMatchObject([
    { reason: 'taken', planner: 'hive' },
    { reason: 'taken', planner: 'apollo' },
  ]);
});

test('an operation whose process is ended twice from outside is left alone for a minute, and ends none meanwhile', async () => {
  let nowMs = 0;
  const planning = open({ program: hanging, nowMs: () => nowMs });
  const { watch, told } = watched();
  const hungry = { ...ask('{ taken: products { id } }'), watch };
  for (const since of [0, 60_001]) {
    nowMs = since;
    const before = told().length;
    expect(await planning.planNatively(graph, hungry)).toBeUndefined();
    await expect(planning.planWithApollo(graph, hungry)).rejects.toMatchObject({ code: 'OVERLOADED' });
    await eventually(() => expect(told()).toHaveLength(before + 4));
    expect(await planning.planNatively(graph, hungry)).toBeUndefined();
    await expect(planning.planWithApollo(graph, hungry)).rejects.toMatchObject({
      code: 'OPERATION_TOO_COMPLEX',
    });
    expect(await planning.planNatively(graph, fine)).toBeDefined();
    expect(told()).toHaveLength(before + 4);
  }
});

test('what was late is tried again after a while', async () => {
  let nowMs = 0;
  const planning = open({ longestMs: 1_000, program: hanging, nowMs: () => nowMs });
  const slow = ask('{ hangs: products { id } }');
  const refused = async (): Promise<number> => {
    const { watch } = watched();
    await expect(planning.planWithApollo(graph, { ...slow, watch })).rejects.toMatchObject({
      code: 'OPERATION_TOO_COMPLEX',
    });
    const { values } = await watch.figures.planSeconds.get();
    return values.length;
  };
  expect(await refused()).toBeGreaterThan(0);
  expect(await refused()).toBe(0);
  nowMs = 600_000;
  expect(await refused()).toBeGreaterThan(0);
});

test('a process that is ended while nobody asks is no fault of who asks next', async () => {
  const planning = open();
  for (const plan of [() => planning.planNatively(graph, fine), () => planning.planWithApollo(graph, fine)])
    for (let n = 0; n < 3; n += 1) {
      expect(await plan()).toBeDefined();
      const { pid } = planning;
      process.kill(pid ?? 0, 'SIGKILL');
      await eventually(() => expect(planning.pid).toBeUndefined());
    }
});
