import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

/**
 * Composes subgraphs into one supergraph SDL.
 * @throws Error with every composition error, each naming the subgraphs concerned.
 */
export function composeSupergraph(
  subgraphs: readonly { readonly name: string; readonly sdl: string }[],
): string {
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
