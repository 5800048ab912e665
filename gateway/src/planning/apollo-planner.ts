import {
  type Operation,
  operationFromDocument,
  type Schema,
  type Supergraph,
} from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { CodedError } from '@tributary/runtime';
import { type DocumentNode, GraphQLError } from 'graphql';
import { fromApolloPlan } from './apollo-plan.ts';
import type { Planner } from './planner.ts';

/** Apollo's own planner, in JavaScript: it plans everything, wherever Node runs. */
/** `labels` are all that its fields have. */
export function apolloPlanner(supergraph: Supergraph, labels: readonly string[]): Planner {
  const schema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph, { exposeDocumentNodeInFetchNode: false });
  return {
    plan: (document, operationName, inForce) => {
      const operation = read(schema, document, operationName);
      const overrideConditions = new Map(labels.map((label) => [label, inForce.labels.has(label)]));
      const plan = fromApolloPlan(planner.buildQueryPlan(operation, { overrideConditions }));
      // It asks for nothing where there is no way to what was asked, which would be answered with null and no error.
      if (plan === undefined) throw new Error('No subgraph can answer what the operation asks for.');
      return plan;
    },
  };
}

/** The planner reads values more strictly than graphql-js validates them: what it refuses is the caller's to correct. */
function read(schema: Schema, document: DocumentNode, operationName: string | undefined): Operation {
  try {
    return operationFromDocument(schema, document, {
      ...(operationName === undefined ? {} : { operationName }),
      validate: false,
    });
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions['code'] === 'INVALID_GRAPHQL')
      throw new CodedError('BAD_USER_INPUT', error.message, { cause: error });
    throw error;
  }
}
