import type { Clock } from '@tributary/runtime';
import { createAssertionMinter, type GraphExecutor, openHttpGraph } from '@tributary/subgraph-kit';
import type { GraphQLSchema } from 'graphql';
import { introspectedSchema } from './introspected-schema.ts';

export interface RemoteGraphOptions {
  readonly gatewayUrl: string;
  readonly assertionPrivateKey: Parameters<typeof createAssertionMinter>[0];
  readonly clock: Clock;
}

/** The graph behind a gateway of another process. Disposing lets running calls end. */
export interface RemoteGraph extends AsyncDisposable {
  readonly execute: GraphExecutor;
  readonly apiSchema: () => Promise<GraphQLSchema>;
}

export async function openRemoteGraph(options: RemoteGraphOptions): Promise<RemoteGraph> {
  const { gatewayUrl, assertionPrivateKey, clock } = options;
  const graph = openHttpGraph(gatewayUrl, { connections: 64 });
  const { execute } = graph;
  const minter = await createAssertionMinter(assertionPrivateKey, clock);
  const apiSchema = introspectedSchema({ execute, minter, clock });
  return { execute, apiSchema, [Symbol.asyncDispose]: () => graph[Symbol.asyncDispose]() };
}
