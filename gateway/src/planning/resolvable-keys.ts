import { type ConstDirectiveNode, type DocumentNode, Kind, parse } from 'graphql';
import { argumentsOf } from './directive-arguments.ts';

/**
 * The supergraph with the keys that resolve in front of those that do not, in each type. After `@requires` Apollo's planner enters a subgraph again by the
 * first key it finds there, whether the subgraph resolves it or not.
 */
export function resolvableKeysFirst(sdl: string): DocumentNode {
  const document = parse(sdl, { noLocation: true });
  return {
    ...document,
    definitions: document.definitions.map((definition) => {
      if (
        definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
        definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
      )
        return definition;
      const { directives = [] } = definition;
      if (!directives.some(isUnresolved)) return definition;
      const resolved = directives.filter((directive) => !isUnresolved(directive));
      return { ...definition, directives: [...resolved, ...directives.filter(isUnresolved)] };
    }),
  };
}

function isUnresolved(directive: ConstDirectiveNode): boolean {
  const { resolvable } = argumentsOf(directive, 'join__type');
  return resolvable === false;
}
