import { Kind, parse } from 'graphql';

export interface SubgraphAddress {
  /** As plans name it. */
  readonly graph: string;
  readonly name: string;
  /** Empty where the supergraph names none. */
  readonly url: string;
}

/** The subgraphs of a supergraph (join spec v0.1 and later: `enum join__Graph { A @join__graph(name: "a", url: "…") }`). */
export function subgraphAddresses(supergraphSdl: string): readonly SubgraphAddress[] {
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    return (definition.values ?? []).map(({ name, directives = [] }) => {
      const graph = directives.find((directive) => directive.name.value === 'join__graph');
      const argument = (wanted: string): string => {
        const value = graph?.arguments?.find((candidate) => candidate.name.value === wanted)?.value;
        return value?.kind === Kind.STRING ? value.value : '';
      };
      return { graph: name.value, name: argument('name') || name.value, url: argument('url') };
    });
  }
  return [];
}
