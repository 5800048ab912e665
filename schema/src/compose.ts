import { createRequire } from 'node:module';
import { composeServices } from '@apollo/composition';
import { GraphQLError, parse } from 'graphql';

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

/** Composes as the composer does, with its errors told also where it does not come to an end. */
export function composed(
  services: Parameters<typeof composeServices>[0],
): ReturnType<typeof composeServices> {
  try {
    return composeServices(services);
  } catch (error) {
    // Of requirements that lead back to themselves it follows every way, each longer than the one before.
    if (!(error instanceof RangeError)) throw error;
    const message =
      'What fields require (@requires), or take from context (@fromContext), leads back to the fields themselves: nothing could be brought first.';
    return { errors: [new GraphQLError(message)] };
  }
}

/** Where a supergraph of the product says a subgraph is: who asks it knows better. */
export function noUrl(subgraph: string): string {
  return `http://${subgraph}.invalid`;
}

/**
 * Composes subgraphs into one supergraph SDL.
 * @throws Error with every composition error, each naming the subgraphs concerned.
 */
export function composeSupergraph(subgraphs: readonly SubgraphContract[]): string {
  const result = composed(
    subgraphs.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: noUrl(name) })),
  );
  if (result.errors !== undefined) {
    throw new Error(
      `The subgraphs do not compose: ${result.errors.map((error) => error.message).join('; ')}`,
    );
  }
  return result.supergraphSdl;
}
