import { createHash } from 'node:crypto';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { expect, test } from 'vitest';
import { openShop } from './shop.ts';

test.each([
  { persistedQueries: true, useGETForHashedQueries: true },
  { persistedQueries: false, useGETForHashedQueries: true },
  { persistedQueries: false, useGETForHashedQueries: false },
])('a stock Apollo Client that sends hashes is answered, whether they are kept or not: %o', async (given) => {
  const { persistedQueries, useGETForHashedQueries } = given;
  await using shop = await openShop({ persistedQueries });
  const sent: string[] = [];
  const link = new PersistedQueryLink({
    sha256: (query: string) => createHash('sha256').update(query).digest('hex'),
    useGETForHashedQueries,
  }).concat(
    new HttpLink({
      uri: `${shop.url}/graphql`,
      fetch: (url, request) => {
        sent.push(`${request?.method} ${request?.body ?? url}`);
        return fetch(url, request);
      },
    }),
  );
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const ask = () => client.query({ query: gql`query Who { whoami }`, fetchPolicy: 'network-only' });
  expect((await ask()).data).toEqual({ whoami: 'nobody' });
  expect((await ask()).data).toEqual({ whoami: 'nobody' });
  // Where they are not it knows from then on, and asks by the text at once.
  expect(sent).toHaveLength(3);
  expect(sent.at(-1)?.includes('sha256Hash')).toBe(persistedQueries);
});
