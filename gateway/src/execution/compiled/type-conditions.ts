import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Answers whether a fragment on `condition` applies to an object of type `typename`. Remembers its answers: schemas do not change. */
export type TypeCondition = (condition: string, typename: string) => boolean;

export function typeConditions(schema: GraphQLSchema): TypeCondition {
  const known = new Map<string, boolean>();
  return (condition, typename) => {
    if (condition === typename) return true;
    const key = `${condition} ${typename}`;
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const abstract = schema.getType(condition);
    const type = schema.getType(typename);
    const applies =
      isAbstractType(abstract) &&
      (isObjectType(type) || isInterfaceType(type)) &&
      schema.isSubType(abstract, type);
    // Type names come from subgraphs: what the schema does not know is not worth remembering.
    if (type !== undefined) known.set(key, applies);
    return applies;
  };
}
