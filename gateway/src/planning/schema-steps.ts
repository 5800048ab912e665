import {
  type DocumentNode,
  type GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  specifiedDirectives,
} from 'graphql';
import { extendSchemaImpl } from 'graphql/utilities/extendSchema.js';
import type { Steps } from './steps.ts';

const nothing = {
  description: undefined,
  types: [],
  directives: [],
  extensions: Object.create(null) as Record<string, never>,
  extensionASTNodes: [],
  assumeValid: true,
} as const;

/**
 * What `buildASTSchema` makes of a document whose printer has held it to the rules, type by type: of a large graph it takes a quarter of a second at once. The rules are
 * not looked at again, neither here nor by the first operation.
 */
export function* schemaSteps(document: DocumentNode): Steps<GraphQLSchema> {
  const config = extendSchemaImpl(
    { ...nothing, types: [], directives: [], extensionASTNodes: [] },
    document,
    {
      assumeValid: true,
    },
  );
  yield;
  for (const type of config.types) {
    // They are made when they are first looked at.
    lookInto(type);
    yield;
  }
  const root = (name: string): GraphQLObjectType | undefined => {
    const type = config.types.find((candidate) => candidate.name === name);
    return type instanceof GraphQLObjectType ? type : undefined;
  };
  const roots = config.astNode == null && {
    query: root('Query'),
    mutation: root('Mutation'),
    subscription: root('Subscription'),
  };
  const named = new Set(config.directives.map(({ name }) => name));
  const directives = [...config.directives, ...specifiedDirectives.filter(({ name }) => !named.has(name))];
  return new GraphQLSchema({ ...config, ...roots, directives, assumeValid: true });
}

function lookInto(type: GraphQLNamedType): void {
  if (isObjectType(type) || isInterfaceType(type)) {
    type.getFields();
    type.getInterfaces();
  } else if (isInputObjectType(type)) type.getFields();
  else if (isUnionType(type)) type.getTypes();
}
