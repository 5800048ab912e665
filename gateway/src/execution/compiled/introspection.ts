import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { VariableValues } from './conditions.ts';
import type { JsonObject } from './own-keys.ts';
import type { Selections } from './selected-fields.ts';

/** Answers `__schema` and `__type` of an operation, for one set of variables. */
export type Introspect = (variables: VariableValues) => JsonObject;

/** The schema answers for itself, through graphql-js: plans have no part for it, and fields of subgraphs are left out here. */
export function introspectionOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  selections: Selections,
): Introspect {
  const { operation } = selections;
  const root = schema.getRootType(operation.operation)?.name ?? '';
  const selected = [...selections.fieldsOf([operation.selectionSet], root).values()].flat();
  const fields = selected.filter(isIntrospection);
  if (fields.length === 0) return () => ({});
  const alone: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: fields } },
      ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
    ],
  };
  const answer = (variables: VariableValues): JsonObject =>
    (executeSync({ schema, document: alone, variableValues: variables }).data ?? {}) as JsonObject;
  if ((operation.variableDefinitions ?? []).length > 0) return answer;
  return () => {
    const kept = newest.get(schema);
    if (kept?.operation === operation) return kept.answer;
    const made = answer({});
    newest.set(schema, { operation, answer: made });
    return made;
  };
}

/** What a schema was asked last: tools ask the same again, and an answer has megabytes. */
const newest = new WeakMap<
  GraphQLSchema,
  { readonly operation: OperationDefinitionNode; readonly answer: JsonObject }
>();

/** A root field that the schema itself answers. */
export function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}
