/** A GraphQL error as a caller sees it. */
export class GraphRequestError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'GraphRequestError';
    this.code = code;
  }
}

/** Sends one operation to the public endpoint, as any client would. @throws GraphRequestError for the first error answered. */
export type GraphClient = <Data>(query: string, variables: object, accessToken?: string) => Promise<Data>;

export function createGraphClient(graphqlUrl: string, signal: AbortSignal): GraphClient {
  return async <Data>(query: string, variables: object, accessToken?: string): Promise<Data> => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (accessToken !== undefined) headers['authorization'] = `Bearer ${accessToken}`;
    const response = await fetch(graphqlUrl, {
      method: 'POST',
      headers,
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
