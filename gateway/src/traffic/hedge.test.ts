import { expect, it } from 'vitest';
import type { FetchAnswer } from '../execution/compiled/subgraph-fetch.ts';
import { failedAnswer } from '../execution/failed-fields.ts';
import { anonymous } from '../security/nobody.ts';
import { hedged } from './hedge.ts';

const request = {
  query: '{ name }',
  operationName: undefined,
  variables: {},
  body: '{"query":"{ name }"}',
  expected: undefined,
  passes: undefined,
};
const scope = { principal: anonymous, requestId: '1', signal: undefined };
const table: FetchAnswer = { data: { name: 'Table' } };
const notNow: FetchAnswer = { data: null, errors: [{ message: 'Not now.' }], exchange: {} };
const away = failedAnswer('{ name }', 'catalogue is away for a moment.', { code: 'SUBGRAPH_UNAVAILABLE' });

/** Asked twice after `afterMs`: the second answers with `second`, and then the first with `first`. */
function askedTwice(
  afterMs: number,
  second: FetchAnswer,
  first: FetchAnswer | undefined,
): Promise<FetchAnswer> {
  let times = 0;
  let answerFirst: (answer: FetchAnswer) => void = () => undefined;
  const ask = hedged(
    () => {
      times += 1;
      if (times === 1)
        return new Promise((resolve) => {
          answerFirst = resolve;
        });
      if (first !== undefined) setImmediate(() => answerFirst(first));
      return Promise.resolve(second);
    },
    { afterMs, budgetPercent: 100 },
  );
  return ask(request, scope);
}

it('data that the first brings is taken, though the second brought errors alone, or nothing', async () => {
  expect(await askedTwice(1_000, notNow, table)).toBe(table);
  expect(await askedTwice(1, away, table)).toBe(table);
});

it('errors of the subgraph are taken when nothing better comes in the usual time, and when the first is away', async () => {
  expect(await askedTwice(1, notNow, undefined)).toBe(notNow);
  expect(await askedTwice(1_000, notNow, away)).toBe(notNow);
});
