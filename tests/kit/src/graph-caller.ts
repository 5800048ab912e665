import { demoPassword } from './demo-password.ts';

export interface GraphAnswer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/** Asks the graph as anybody: with a token, an API key, or nothing. */
export interface GraphCaller {
  <Data = Record<string, never>>(query: string, variables?: object): Promise<GraphAnswer<Data>>;
  /** The Authorization header it sends. */
  readonly authorization: string | undefined;
}

export function graphCaller(url: string, authorization?: string): GraphCaller {
  const ask = async <Data>(query: string, variables: object = {}): Promise<GraphAnswer<Data>> => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (authorization !== undefined) headers['authorization'] = authorization;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as { data: Data; errors?: GraphAnswer<Data>['errors'] };
    return { status: response.status, headers: response.headers, data: body.data, errors: body.errors ?? [] };
  };
  return Object.assign(ask, { authorization });
}

/** Signs in one of the demo's people, or anybody whose password is the demo's. */
export async function signedIn(url: string, email: string): Promise<GraphCaller> {
  const { data, errors } = await graphCaller(url)<{ signIn: { accessToken?: string; message?: string } }>(
    `mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { accessToken } ... on Failure { message } } }`,
    { input: { email, password: demoPassword, workspace: 'demo' } },
  );
  if (data?.signIn.accessToken === undefined)
    throw new Error(`${email} cannot sign in: ${JSON.stringify({ data, errors })}`);
  return graphCaller(url, `Bearer ${data.signIn.accessToken}`);
}
