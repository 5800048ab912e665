import { composeSupergraph, type SubgraphContract } from '@tributary/schema';

const known = new Map<string, string>();

/** Composes what was not composed before: hundreds of gateways of tests stand on the same few subgraphs. */
export async function composedOnce(subgraphs: readonly SubgraphContract[]): Promise<string> {
  const told = JSON.stringify(subgraphs.map(({ name, sdl }) => [name, sdl]));
  const supergraph = known.get(told) ?? composeSupergraph(subgraphs);
  known.set(told, supergraph);
  return supergraph;
}
