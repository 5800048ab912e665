import { type AssertionMinter, assertionHeader, type Principal } from '@tributary/subgraph-kit';

/** A GraphQL error as a caller sees it. */
export class GraphRequestError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'GraphRequestError';
    this.code = code;
  }
}

/** Sends one operation to the public endpoint on behalf of `principal`. @throws GraphRequestError for the first error answered. */
export type GraphClient = <Data>(query: string, variables: object, principal: Principal) => Promise<Data>;

export interface GraphClientOptions {
  readonly graphqlUrl: string;
  readonly minter: AssertionMinter;
  readonly signal: AbortSignal;
}

/** A process of this installation as a client: it shows an assertion, so that neither a list of operations nor a count of requests is in its way. */
export function createGraphClient({ graphqlUrl, minter, signal }: GraphClientOptions): GraphClient {
  return async <Data>(query: string, variables: object, principal: Principal): Promise<Data> => {
    const response = await fetch(graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [assertionHeader]: await minter.mint(principal) },
      body: JSON.stringify({ query, variables }),
      signal,
    });
    const answer = (await response.json()) as {
      data?: Data;
      errors?: { message: string; extensions?: { code?: string } }[];
    };
    const [first] = answer.errors ?? [];
    if (first !== undefined) throw new GraphRequestError(first.message, first.extensions?.code ?? 'UNKNOWN');
    if (answer.data === undefined || answer.data === null)
      throw new GraphRequestError(`The graph answered ${response.status} without data.`, 'UNKNOWN');
    return answer.data;
  };
}
