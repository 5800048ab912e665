import { CodedError } from '@tributary/runtime';
import {
  type GraphQLInputFieldConfig,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLNonNull,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  type VariableDefinitionNode,
  validate,
  valueFromAST,
} from 'graphql';
import { forgottenMembers } from './expected-failure.ts';
import { jsonScalar, sortFields, type TypedParameter } from './query-parameters.ts';
import type { SavedOperation } from './saved-operation.ts';

/** A saved operation with its types looked up in the graph's schema. */
export interface BoundRoute {
  readonly operation: SavedOperation;
  readonly parameters: readonly TypedParameter[];
  readonly bodyType: GraphQLInputType | undefined;
  /** Set when what a create takes, one input or a list of them, has an `id`: a repeated attempt then meets what the first one made. */
  readonly takesId: 'input' | 'list' | undefined;
  /** Members of a merge patch that hold JSON: an object in one changes only the keys it names. */
  readonly mergedMembers: readonly string[];
}

const bound = new WeakMap<GraphQLSchema, Map<SavedOperation, BoundRoute>>();

/**
 * Binds an operation to a schema, once for each pair.
 * @throws CodedError CONFIG_INVALID when the operation does not fit the schema.
 */
export function bindRoute(operation: SavedOperation, schema: GraphQLSchema): BoundRoute {
  const ofSchema = bound.get(schema) ?? new Map<SavedOperation, BoundRoute>();
  bound.set(schema, ofSchema);
  const route = ofSchema.get(operation) ?? makeRoute(operation, schema);
  ofSchema.set(operation, route);
  return route;
}

function makeRoute(operation: SavedOperation, schema: GraphQLSchema): BoundRoute {
  const faults = [
    ...validate(schema, operation.document).map(({ message }) => message),
    ...forgottenMembers(operation.document, schema).map((name) => `it does not say what becomes of ${name}`),
  ];
  if (faults.length > 0)
    throw new CodedError(
      'CONFIG_INVALID',
      `The saved operation ${operation.name} does not fit the graph: ${faults.join('; ')}`,
    );
  const definitionOf = (variable: string): VariableDefinitionNode | undefined =>
    operation.definition.variableDefinitions?.find(
      (definition) => definition.variable.name.value === variable,
    );
  const typeOf = (variable: string): GraphQLInputType => {
    const node = definitionOf(variable);
    const type = node === undefined ? undefined : typeFromAST(schema, node.type);
    if (type === undefined || !isInputType(type))
      throw new CodedError('CONFIG_INVALID', `$${variable} of ${operation.name} has no input type.`);
    return type;
  };
  const fieldOf = (variable: string): GraphQLInputFieldConfig => {
    const type = typeOf(variable);
    return { type, defaultValue: valueFromAST(definitionOf(variable)?.defaultValue, type) };
  };
  const parameters = operation.parameters.map(({ name, variable, at, hasDefault }) => {
    const whole = typeOf(variable);
    const type = at.reduce<GraphQLInputType | undefined>(fieldType, whole);
    const bare = type === undefined ? undefined : getNullableType(type);
    if (
      type === undefined ||
      bare === undefined ||
      (isListType(bare) && isInputObjectType(getNamedType(bare)) && sortFields(bare) === undefined)
    ) {
      throw new CodedError(
        'CONFIG_INVALID',
        `${name} of ${operation.name} fills nothing that a parameter can fill.`,
      );
    }
    // A place inside an object that may be left out may be left out with it.
    const required = isNonNullType(type) && isNonNullType(whole) && !hasDefault;
    return { name, variable, at, type, required };
  });
  const { body } = operation.route;
  const bodyType = body === undefined ? bodyOfFields(operation, fieldOf) : typeOf(body);
  const takesId = body === undefined ? undefined : idPlace(operation, typeOf(body));
  return { operation, parameters, bodyType, takesId, mergedMembers: mergedMembers(operation, bodyType) };
}

function idPlace({ route }: SavedOperation, bodyType: GraphQLInputType): BoundRoute['takesId'] {
  const bare = getNullableType(bodyType);
  const isList = isListType(bare);
  const input: GraphQLInputType = isList ? getNullableType(bare.ofType) : bare;
  if (route.method !== 'POST' || !isInputObjectType(input) || !Object.hasOwn(input.getFields(), 'id'))
    return undefined;
  return isList ? 'list' : 'input';
}

function mergedMembers({ route }: SavedOperation, bodyType: GraphQLInputType | undefined): readonly string[] {
  const patch = bodyType === undefined ? undefined : getNullableType(bodyType);
  if (!route.mergePatch || !isInputObjectType(patch)) return [];
  return Object.values(patch.getFields()).flatMap(({ name, type }) =>
    getNullableType(type).toString() === jsonScalar ? name : [],
  );
}

/** The input object that several variables make a body: checked, and documented, like one of the graph. */
function bodyOfFields(
  { name, bodyFields }: SavedOperation,
  fieldOf: (variable: string) => GraphQLInputFieldConfig,
): GraphQLInputType | undefined {
  if (bodyFields.length === 0) return undefined;
  return new GraphQLNonNull(
    new GraphQLInputObjectType({
      name: `${name.charAt(0).toUpperCase()}${name.slice(1)}Body`,
      fields: Object.fromEntries(
        bodyFields.map(({ variable, description }) => [variable, { ...fieldOf(variable), description }]),
      ),
    }),
  );
}

function fieldType(type: GraphQLInputType | undefined, name: string): GraphQLInputType | undefined {
  const object = type === undefined ? undefined : getNullableType(type);
  return isInputObjectType(object) ? object.getFields()[name]?.type : undefined;
}
