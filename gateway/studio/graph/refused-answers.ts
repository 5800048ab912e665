import { type Exchange, mapExchange, type OperationResult } from '@urql/core';

/**
 * An answer that holds nothing but its refusal has no data: pages ask whether there is data before they read it. GraphQL writes it as
 * `data: null`, or with every root field null, and urql hands both on as data, which its own types say cannot be. Stands below the cache,
 * which keeps what has data: a refusal is asked again, not remembered.
 */
export const refusedAnswers: Exchange = mapExchange({
  onResult: (result) => (isRefused(result) ? { ...result, data: undefined } : result),
});

function isRefused({ data, error }: OperationResult): boolean {
  if (data === null) return true;
  if (data === undefined || error === undefined) return false;
  return Object.entries(data).every(([name, value]) => value === null || name === '__typename');
}
