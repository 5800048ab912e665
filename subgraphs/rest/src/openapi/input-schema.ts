import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import {
  type Components,
  described,
  fieldSchema,
  type JsonSchema,
  orNull,
  reference,
  scalarSchema,
} from './json-schema.ts';

/** The schema of what a client may send for an input type, null included where the type allows it. */
export function inputSchema(type: GraphQLInputType, components: Components): JsonSchema {
  return orNull(type, presentSchema(type, components));
}

/** The same without null: what a query parameter holds when it is there. */
export function presentSchema(type: GraphQLInputType, components: Components): JsonSchema {
  const present = getNullableType(type);
  if (isListType(present)) return { type: 'array', items: inputSchema(present.ofType, components) };
  if (isInputObjectType(present)) return inputObject(present, components);
  return isEnumType(present) ? enumeration(present, components) : scalarSchema(present.name);
}

/** An input object becomes a component. Unknown fields are refused, as they are at run time. */
function inputObject(type: GraphQLInputObjectType, components: Components): JsonSchema {
  if (components.has(type.name)) return reference(type.name);
  components.set(type.name, {});
  const fields = Object.values(type.getFields());
  const required = fields
    .filter((field) => isNonNullType(field.type) && field.defaultValue === undefined)
    .map(({ name }) => name);
  const properties = fields.map((field) => [
    field.name,
    fieldSchema(inputSchema(field.type, components), field),
  ]);
  components.set(
    type.name,
    described(
      {
        type: 'object',
        properties: Object.fromEntries(properties),
        ...(required.length === 0 ? {} : { required }),
        additionalProperties: false,
      },
      type.description,
    ),
  );
  return reference(type.name);
}

export function enumeration(type: GraphQLEnumType, components: Components): JsonSchema {
  const values = type.getValues().map(({ name }) => name);
  components.set(type.name, described({ type: 'string', enum: values }, type.description));
  return reference(type.name);
}
