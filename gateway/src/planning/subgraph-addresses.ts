import { type DocumentNode, Kind, parse } from 'graphql';
import { argumentsOf } from './directive-arguments.ts';

export interface SubgraphAddress {
  /** As plans name it. */
  readonly graph: string;
  readonly name: string;
  /** Empty where the supergraph names none. */
  readonly url: string;
}

/** The subgraphs of a supergraph (join spec v0.1 and later: `enum join__Graph { A @join__graph(name: "a", url: "…") }`). */
export function subgraphAddresses(supergraphSdl: string): readonly SubgraphAddress[] {
  return addressesIn(parse(supergraphSdl, { noLocation: true }));
}

export function addressesIn({ definitions }: DocumentNode): readonly SubgraphAddress[] {
  for (const definition of definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    return (definition.values ?? []).map(({ name: { value: graph }, directives = [] }) => {
      const told = directives.map((directive) => argumentsOf(directive, 'join__graph'));
      const { name, url } = Object.assign({}, ...told) as Partial<SubgraphAddress>;
      return { graph, name: name || graph, url: url ?? '' };
    });
  }
  return [];
}
