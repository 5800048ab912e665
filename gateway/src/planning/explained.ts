import { type DocumentNode, GraphQLError, getOperationAST } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { askedDocument } from '../execution/compiled/asked-document.ts';
import { typeConditions } from '../execution/compiled/type-conditions.ts';
import type { Plan } from './plan.ts';
import type { LoadedSupergraph } from './supergraph.ts';

export interface ExplainedOperation {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** Where `@skip` and `@include` look. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The plan that a validated operation runs by with these variables. @throws GraphQLError for variables that do not fit, and as planning does. */
export async function explainedPlan(
  { apiSchema, neededKeys: needed, overrides, planner }: LoadedSupergraph,
  { document, operationName, variables }: ExplainedOperation,
): Promise<Plan> {
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined)
    throw new GraphQLError('The document has no operation of that name, or several and none is named.');
  const values = getVariableValues(apiSchema, operation.variableDefinitions ?? [], variables);
  if (values.errors !== undefined) throw values.errors[0] ?? new GraphQLError('The variables do not fit.');
  const applies = typeConditions(apiSchema);
  const { planned } = askedDocument(document, values.coerced, { operationName, apiSchema, applies, needed });
  return planned && planner.plan(planned, operationName, overrides.settled);
}
