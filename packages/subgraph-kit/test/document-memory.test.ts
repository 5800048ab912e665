import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { anonymous, smallSubgraph } from './small-subgraph.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapMiB(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

test('texts that strangers make up do not fill the memory', async () => {
  const { ask } = await smallSubgraph();
  const long = (n: number): string => `{ found(anything: [${n},${'1,'.repeat(9_900)}]) }`;
  await ask(anonymous, long(0));
  const before = heapMiB();
  for (let n = 1; n <= 60; n += 1) {
    const { errors } = await ask(anonymous, long(n));
    expect(errors).toBeUndefined();
  }
  expect(heapMiB() - before).toBeLessThan(80);
}, 60_000);

test('texts that the schema refuses are refused each time, and none of them is kept', async () => {
  const { ask } = await smallSubgraph();
  const wrong = (n: number): string => `{ nothing${n}(anything: [${'1,'.repeat(9_900)}]) }`;
  await ask(anonymous, wrong(0));
  const before = heapMiB();
  for (let n = 1; n <= 40; n += 1) {
    const { errors } = await ask(anonymous, wrong(n));
    expect(errors).toHaveLength(1);
  }
  expect(heapMiB() - before).toBeLessThan(30);
}, 60_000);
