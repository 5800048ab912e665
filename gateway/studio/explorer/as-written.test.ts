import type { FetcherOpts, FetcherParams } from '@graphiql/toolkit';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { asWritten } from './as-written.ts';

const before = 'query Airports { airports { totalCount } }';

/** What is sent for a text, while the editor still knows the operations of the text before it. */
async function sent(query: string, operationName: string): Promise<[FetcherParams, FetcherOpts | undefined]> {
  let asked: [FetcherParams, FetcherOpts | undefined] | undefined;
  const fetcher = asWritten((params, options) => {
    asked = [params, options];
    return Promise.resolve({ data: {} });
  });
  await fetcher({ query, operationName }, { documentAST: parse(before) });
  if (asked === undefined) throw new Error('nothing was sent');
  return asked;
}

test('an operation that was opened this moment is asked under its own name, and by its own kind', async () => {
  const query = 'subscription Changes { airportChanged { airport { id } } }';
  const [params, options] = await sent(query, 'Airports');
  expect(params).toEqual({ query, operationName: 'Changes' });
  expect(options?.documentAST).toMatchObject({ definitions: [{ operation: 'subscription' }] });
  expect((await sent('{ __typename }', 'Airports'))[0].operationName).toBeNull();
});

test('the one that was chosen of several is asked for; of several others none is guessed', async () => {
  const several = `${before} query Airport { airport(iata: "DTW") { id } }`;
  expect((await sent(several, 'Airport'))[0].operationName).toBe('Airport');
  expect((await sent(several, 'Gone'))[0].operationName).toBeNull();
});

test('what is no document goes as it is', async () => {
  const [params, options] = await sent('query {', 'Airports');
  expect(params).toEqual({ query: 'query {', operationName: 'Airports' });
  expect(options?.documentAST).toEqual(parse(before));
});
