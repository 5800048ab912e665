import { CombinedError } from '@urql/core';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { type ChainAnswer, checkChain } from './chain-check.ts';

const refused = (extensions: object): ChainAnswer => ({
  error: new CombinedError({
    graphQLErrors: [new GraphQLError('It is long.', { extensions: { ...extensions } })],
  }),
});
const unfinished = (entries: number): ChainAnswer => refused({ code: 'DEADLINE_EXCEEDED', entries });
const whole = { intact: true, entries: 23_394 };

async function check(...answers: ChainAnswer[]) {
  const progress: number[] = [];
  const outcome = await checkChain(
    async () => answers.shift() ?? {},
    (entries) => void progress.push(entries),
  );
  return { outcome, progress, left: answers.length };
}

test('a log too long for one answer is asked for until its verdict', async () => {
  const answers = [unfinished(15_000), unfinished(21_000), { data: { auditChainIntact: whole } }];
  expect(await check(...answers)).toEqual({ outcome: whole, progress: [15_000, 21_000], left: 0 });
});

test('a check that gets no further, or is refused otherwise, ends with what it was told', async () => {
  const stuck = await check(unfinished(500), unfinished(500), unfinished(900));
  expect(stuck).toMatchObject({ outcome: { code: 'DEADLINE_EXCEEDED' }, progress: [500], left: 1 });
  const late = await check(refused({ code: 'DEADLINE_EXCEEDED' }));
  expect(late).toMatchObject({ outcome: { code: 'DEADLINE_EXCEEDED' }, progress: [] });
  const away = await check(refused({ code: 'SUBGRAPH_UNAVAILABLE', entries: 7 }), unfinished(9));
  expect(away).toMatchObject({ outcome: { code: 'SUBGRAPH_UNAVAILABLE' }, progress: [], left: 1 });
});
