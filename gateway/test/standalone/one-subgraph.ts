import { defaultStandaloneSettings, type StandaloneSettings } from '../../src/standalone/settings-file.ts';
import { buildStandaloneGateway } from '../../src/standalone/standalone-gateway.ts';
import { silentLog } from '../graph/silent-log.ts';
import { type SubgraphUnderTest, subgraph, supergraphOf } from './shop.ts';

export interface OverOneSubgraph extends AsyncDisposable {
  readonly url: string;
  readonly subgraph: SubgraphUnderTest;
  /** The answer to a body that is sent as it is written here. */
  send(body: string): Promise<Answered>;
  ask(query: string, variables?: object): Promise<Answered>;
}

export interface Answered {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly locations?: readonly { readonly line: number; readonly column: number }[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** The gateway over one subgraph of somebody's. */
export async function openOver(
  sdl: string,
  resolvers: object,
  different: Partial<StandaloneSettings> = {},
): Promise<OverOneSubgraph> {
  const only = await subgraph(sdl, resolvers);
  const supergraphSdl = supergraphOf({ only: { sdl, url: only.url } });
  const settings = { ...defaultStandaloneSettings, ...different };
  const gateway = buildStandaloneGateway({ supergraphSdl, settings, log: silentLog });
  const { url } = await gateway.listen({ port: 0, host: '127.0.0.1' });
  const send = async (body: string): Promise<Answered> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
    return (await response.json()) as Answered;
  };
  return {
    url,
    subgraph: only,
    send,
    ask: (query, variables) => send(JSON.stringify({ query, variables })),
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await only[Symbol.asyncDispose]();
    },
  };
}
