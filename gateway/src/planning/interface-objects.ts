import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { argumentsOf } from './directive-arguments.ts';

/**
 * The interfaces that some subgraph of a supergraph has as objects of its own (`@interfaceObject`), and the types that implement them.
 */
export function interfaceObjects(supergraph: DocumentNode): ReadonlySet<string> {
  const interfaces = new Set<string>();
  const implementing: (readonly [type: string, of: string])[] = [];
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const { name } of definition.interfaces ?? [])
        implementing.push([definition.name.value, name.value]);
    if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const isObjectSomewhere = definition.directives?.some((directive) => {
      const { isInterfaceObject } = argumentsOf(directive, 'join__type');
      return isInterfaceObject === true;
    });
    if (isObjectSomewhere === true) interfaces.add(definition.name.value);
  }
  const types = implementing.filter(([, of]) => interfaces.has(of)).map(([type]) => type);
  return new Set([...interfaces, ...types]);
}

/** Whether a validated operation meets an object of one of the types anywhere. */
export function meets(schema: GraphQLSchema, document: DocumentNode, types: ReadonlySet<string>): boolean {
  if (types.size === 0) return false;
  let found = false;
  const info = new TypeInfo(schema);
  const look = (): void => {
    const type = info.getType();
    found ||= type !== null && type !== undefined && types.has(getNamedType(type).name);
  };
  visit(document, visitWithTypeInfo(info, { Field: look, InlineFragment: look, FragmentDefinition: look }));
  return found;
}
