import type { Fetcher } from '@graphiql/toolkit';
import { expect, test } from 'vitest';
import { asAsked } from './as-asked.ts';

test('what is asked without headers goes as the session asks, and with headers as those say, whatever case they are written in', async () => {
  const by =
    (who: unknown): Fetcher =>
    () =>
      Promise.resolve({ data: { who } });
  const fetcher = asAsked(by('session'), by);
  const params = { query: '{ __typename }' };
  expect(await fetcher(params)).toEqual({ data: { who: 'session' } });
  expect(await fetcher(params, { headers: {} })).toEqual({ data: { who: 'session' } });
  expect(await fetcher(params, { headers: { 'X-Api-Key': 'key', Authorization: 'Bearer x' } })).toEqual({
    data: { who: { 'x-api-key': 'key', authorization: 'Bearer x' } },
  });
});
