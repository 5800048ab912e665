import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { argumentsOf } from './directive-arguments.ts';

/** The contexts that objects of a type set: those of the type, of its interfaces, and of the unions it is in. */
export function contextsByType(schema: GraphQLSchema): (type: string) => ReadonlySet<string> {
  const found = new Map<string, Set<string>>();
  const add = (type: string, names: Iterable<string>): void => {
    found.set(type, new Set([...(found.get(type) ?? []), ...names]));
  };
  for (const type of Object.values(schema.getTypeMap()).filter(isCompositeType)) {
    add(type.name, ownContexts(type));
    if (isUnionType(type)) for (const { name } of type.getTypes()) add(name, ownContexts(type));
    if (isObjectType(type) || isInterfaceType(type))
      for (const above of type.getInterfaces()) add(type.name, ownContexts(above));
  }
  return (type) => found.get(type) ?? new Set();
}

function ownContexts({ astNode, extensionASTNodes }: GraphQLNamedType): readonly string[] {
  return [astNode, ...extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .map((directive) => argumentsOf(directive, 'context')['name'])
    .filter((name) => typeof name === 'string');
}
