import { createRequire } from 'node:module';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

/** What a subgraph offers to the graph. */
export interface SubgraphContract {
  readonly name: string;
  /** Federated SDL, with what the subgraph kit adds to it. */
  readonly sdl: string;
}

/** Of the composer: another may make another supergraph of the same contracts. */
export const { version: compositionVersion } = createRequire(import.meta.url)(
  '@apollo/composition/package.json',
) as { readonly version: string };

/**
 * Composes subgraphs into one supergraph SDL.
 * @throws Error with every composition error, each naming the subgraphs concerned.
 */
export function composeSupergraph(subgraphs: readonly SubgraphContract[]): string {
  const result = composeServices(
    subgraphs.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: `http://${name}.invalid` })),
  );
  if (result.errors !== undefined) {
    throw new Error(
      `The subgraphs do not compose: ${result.errors.map((error) => error.message).join('; ')}`,
    );
  }
  return result.supergraphSdl;
}
