import { expect, test } from 'vitest';
import { anonymous, smallSubgraph } from './small-subgraph.ts';

test('of an operation whose caller has gone, nothing more is begun', async () => {
  const { ask, onWork, worked } = await smallSubgraph();
  const caller = new AbortController();
  onWork.next = async () => {
    if (worked.length === 2) caller.abort();
  };
  const query = 'mutation { a: work(name: "1") b: work(name: "2") c: work(name: "3") d: work(name: "4") }';
  const { data, errors } = await ask(anonymous, query, { signal: caller.signal });
  expect(worked).toEqual(['1', '2']);
  expect(data).toEqual({ a: '1', b: '2', c: null, d: null });
  expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual([
    'DEADLINE_EXCEEDED',
    'DEADLINE_EXCEEDED',
  ]);
});
