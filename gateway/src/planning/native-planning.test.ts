import { composeSupergraph } from '@tributary/schema';
import { afterAll, expect, test } from 'vitest';
import { NativePlanning } from './native-planning.ts';

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

const opened: NativePlanning[] = [];
function open(options: ConstructorParameters<typeof NativePlanning>[0] = {}): NativePlanning {
  const planning = new NativePlanning(options);
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
    [fine, panic(0), fine, panic(0), fine].map((asked) => planning.plan(graph, asked, undefined)),
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
  expect(await planning.plan(graph, panic(0), undefined)).toBeUndefined();
  expect(planning.pid).toBe(next);
});

test('it rests for the rest of a minute when it was ended too often, and comes back', async () => {
  let nowMs = 0;
  const planning = open({ nowMs: () => nowMs });
  for (let n = 0; n < 5; n += 1) expect(await planning.plan(graph, panic(n), undefined)).toBeUndefined();
  expect(await planning.plan(graph, fine, undefined)).toBeUndefined();
  expect(planning.pid).toBeUndefined();
  nowMs = 60_000;
  expect(await planning.plan(graph, fine, undefined)).toHaveProperty('node');
});

test('a graph that it does not know any more is told to it again', async () => {
  const planning = open();
  const graphs = Array.from({ length: 6 }, (_, n) => ({ name: `shop ${n}`, sdl }));
  for (const each of [...graphs, ...graphs])
    expect(await planning.plan(each, fine, undefined)).toHaveProperty('node');
});

test('a plan that takes too long is refused, and the process that makes it is ended', async () => {
  const planning = open({ longestMs: 1 });
  await expect(planning.plan(graph, fine, undefined)).rejects.toMatchObject({
    code: 'OPERATION_TOO_COMPLEX',
  });
  expect(planning.pid).toBeUndefined();
});

test('what is no graph to it is planned by somebody else', async () => {
  const planning = open();
  expect(await planning.plan({ name: 'x', sdl: 'type Query {' }, fine, undefined)).toBeUndefined();
  expect(await planning.plan(graph, fine, undefined)).toHaveProperty('node');
});
