import { CodedError } from '@tributary/runtime';
import { type DirectiveNode, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';

/**
 * Refuses a supergraph that asks for what plans here have no words for. Arguments from context (`@fromContext`) are values that differ from one entity to
 * the next, and a planner says so beside its fetches: without them a subgraph would be asked without its arguments, and answer something else.
 * @throws CodedError CONFIG_INVALID naming the fields
 */
export function refuseContextArguments(supergraphSchema: GraphQLSchema): void {
  const fields = Object.values(supergraphSchema.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields())
          .filter(({ astNode }) => astNode?.directives?.some(takesContext) === true)
          .map(({ name }) => `${type.name}.${name}`)
      : [],
  );
  if (fields.length === 0) return;
  throw new CodedError(
    'CONFIG_INVALID',
    `The supergraph takes arguments from context (@fromContext), which this gateway does not pass: ${fields.slice(0, namedAtMost).join(', ')}. Use @requires, or ordinary arguments.`,
  );
}

const namedAtMost = 5;

function takesContext({ name, arguments: given = [] }: DirectiveNode): boolean {
  return name.value === 'join__field' && given.some((argument) => argument.name.value === 'contextArguments');
}
