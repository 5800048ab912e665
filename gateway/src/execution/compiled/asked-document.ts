import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { NeededKeys } from '../../planning/needed-keys.ts';
import { decided, type VariableValues } from './conditions.ts';
import { withDistinctKeys } from './distinct-keys.ts';
import { plannedDocument } from './planned-document.ts';
import { type Selections, selectionsOf } from './selected-fields.ts';
import type { TypeCondition } from './type-conditions.ts';

/** An operation of which nothing is open any more. */
export interface AskedDocument {
  readonly document: DocumentNode;
  readonly selections: Selections;
  /** What clients call the response keys that stand for theirs in it. */
  readonly clientKeys: ReadonlyMap<string, string>;
  /** What of it subgraphs are asked for; undefined when that is nothing. */
  readonly planned: DocumentNode | undefined;
}

export interface AskedWith {
  readonly operationName: string | undefined;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** Over that schema. */
  readonly applies: TypeCondition;
  /** Names of the fields that plans ask for themselves. */
  readonly needed: NeededKeys;
}

/** A validated operation as it is planned, for these values of its variables. @throws TypeError when there is no such operation. */
export function askedDocument(
  document: DocumentNode,
  variables: VariableValues,
  { operationName, apiSchema: schema, applies, needed }: AskedWith,
): AskedDocument {
  const chosen = decided(document, variables);
  const told = withDistinctKeys(chosen, selectionsOf(chosen, operationName, applies), { schema, needed });
  const selections = selectionsOf(told.document, operationName, applies);
  return { ...told, selections, planned: plannedDocument(told.document, selections, schema) };
}
