import { composeSupergraph } from '@tributary/schema';
import { eventually } from '@tributary/test-kit';
import { afterAll, expect, test } from 'vitest';
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
const ask = (text: string) => ({ text, operationName: undefined, labels: [], drawn: 100 });
const fine = ask('{ products { id } }');
const panic = (n: number) => ask(`{ p${n}: products { cost } }`);

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
  await planning.prepare(graph);
  const { pid } = planning;
  const plans = await Promise.all(
    [fine, panic(0), fine, panic(0), fine].map((asked) => planning.planNatively(graph, asked, undefined)),
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
  expect(await planning.planNatively(graph, panic(0), undefined)).toBeUndefined();
  expect(planning.pid).toBe(next);
});

test('it rests for the rest of a minute when it was ended too often, and comes back', async () => {
  let nowMs = 0;
  const planning = open({ nowMs: () => nowMs });
  for (let n = 0; n < 5; n += 1)
    expect(await planning.planNatively(graph, panic(n), undefined)).toBeUndefined();
  expect(await planning.planNatively(graph, fine, undefined)).toBeUndefined();
  expect(planning.pid).toBeUndefined();
  nowMs = 60_000;
  expect(await planning.planNatively(graph, fine, undefined)).toHaveProperty('node');
});

test('a graph that it does not know any more is told to it again', async () => {
  const planning = open();
  const graphs = Array.from({ length: 6 }, (_, n) => ({ name: `shop ${n}`, sdl }));
  for (const each of [...graphs, ...graphs])
    expect(await planning.planNatively(each, fine, undefined)).toHaveProperty('node');
});

test('a plan that takes too long is refused, and the process that makes it is ended', async () => {
  const planning = open({ longestMs: 1 });
  await expect(planning.planNatively(graph, fine, undefined)).rejects.toMatchObject({
    code: 'OPERATION_TOO_COMPLEX',
  });
  expect(planning.pid).toBeUndefined();
});

test('what is no graph to the native planner is left to the other, which says what is wrong', async () => {
  const planning = open();
  const none = { name: 'x', sdl: 'type Query {' };
  expect(await planning.planNatively(none, fine, undefined)).toBeUndefined();
  await expect(planning.planWithApollo(none, fine)).rejects.toThrow('Syntax Error');
  expect(await planning.planNatively(graph, fine, undefined)).toHaveProperty('node');
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
  const hasty = open({ longestMs: 1 });
  for (let n = 0; n < 2; n += 1)
    await expect(hasty.planWithApollo(graph, fine)).rejects.toMatchObject({ code: 'OPERATION_TOO_COMPLEX' });
});

test('where no process runs the native planner has nothing to say, and whoever needs the other has to be it', async () => {
  const planning = open({ program: new URL('file:///there/is/nothing.js') });
  await planning.prepare(graph);
  expect(await planning.planNatively(graph, fine, undefined)).toBeUndefined();
  for (let n = 0; n < 2; n += 1)
    await expect(planning.planWithApollo(graph, fine)).rejects.toThrow(NoPlanningProcess);
});

test('on a system without the native planner the other one plans, from the first operation on', async () => {
  const planning = open({ program: new URL('planning-without-addon.fixture.ts', import.meta.url) });
  expect(await planning.planNatively(graph, fine, undefined)).toBeUndefined();
  expect(await planning.planWithApollo(graph, fine)).toMatchObject({ subgraph: 'catalogue' });
});

test('a process that is ended while nobody asks is no fault of who asks next', async () => {
  const planning = open();
  for (const plan of [
    () => planning.planNatively(graph, fine, undefined),
    () => planning.planWithApollo(graph, fine),
  ])
    for (let n = 0; n < 3; n += 1) {
      expect(await plan()).toBeDefined();
      const { pid } = planning;
      process.kill(pid ?? 0, 'SIGKILL');
      await eventually(() => expect(planning.pid).toBeUndefined());
    }
});
