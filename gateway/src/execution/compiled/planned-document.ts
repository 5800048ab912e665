import { type DocumentNode, type FieldNode, type GraphQLSchema, Kind, visit } from 'graphql';
import { withTypesWhereNothingIsSure } from './asked-types.ts';
import { withoutEmptySelections } from './conditions.ts';
import type { Selections } from './selected-fields.ts';

/**
 * What of an operation subgraphs are asked for: the root fields, whichever fragments they stand in, but for those that the schema answers itself; some
 * planners would ask a subgraph. Undefined when there are none. Conditions are decided already.
 */
export function plannedDocument(
  document: DocumentNode,
  selections: Selections,
  schema: GraphQLSchema,
): DocumentNode | undefined {
  const { operation } = selections;
  const rootName = schema.getRootType(operation.operation)?.name ?? '';
  const roots = [...selections.fieldsOf([operation.selectionSet], rootName).values()].flat();
  const asked = roots.filter((field) => !isOfSchema(field));
  if (asked.length === 0) return undefined;
  const definitions = document.definitions.map((definition) =>
    definition === operation
      ? { ...operation, selectionSet: { ...operation.selectionSet, selections: asked } }
      : definition,
  );
  return withTypesWhereNothingIsSure(
    withoutEmptySelections(withPlainNames({ ...document, definitions })),
    selections,
    schema,
  );
}

/**
 * Under whatever name a client wants to see it, subgraphs tell the type by its own: by that the answer's objects are told apart. And an alias that is the name of
 * its field is none: Hive's planner takes the two for two fields, and puts what is below them apart.
 */
function withPlainNames(document: DocumentNode): DocumentNode {
  return visit(document, {
    [Kind.FIELD]: ({ alias, ...field }) =>
      alias !== undefined && (field.name.value === '__typename' || alias.value === field.name.value)
        ? field
        : undefined,
  });
}

function isOfSchema({ name }: FieldNode): boolean {
  return name.value === '__typename' || name.value === '__schema' || name.value === '__type';
}
