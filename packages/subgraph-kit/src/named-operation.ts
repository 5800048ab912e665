import { CodedError } from '@tributary/runtime';
import { GraphQLError, Kind, type OperationDefinitionNode, parse } from 'graphql';

export interface NamedOperation {
  readonly query: string;
  readonly operationName: string;
}

/**
 * A document with its one operation, which traces and figures know by its name. One that has none is given `nameIfNone`, a Name of GraphQL.
 * @throws CodedError BAD_USER_INPUT for a text that is no document, and for one that is not of a single query or mutation
 */
export function namedOperation(query: string, nameIfNone: string): NamedOperation {
  const operation = onlyOperation(query);
  if (operation.name !== undefined) return { query, operationName: operation.name.value };
  // What is shorthand begins with its selections, anything else with its keyword.
  const { start, end } = operation.loc?.startToken ?? { start: 0, end: 0 };
  const isShorthand = query[start] === '{';
  const before = isShorthand ? `${query.slice(0, start)}query` : query.slice(0, end);
  const after = isShorthand ? query.slice(start) : query.slice(end);
  return { query: `${before} ${nameIfNone} ${after}`, operationName: nameIfNone };
}

function onlyOperation(query: string): OperationDefinitionNode {
  const operations = parsed(query).definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const [operation] = operations;
  if (operation === undefined || operations.length > 1 || operation.operation === 'subscription')
    throw new CodedError('BAD_USER_INPUT', 'The graph is asked one query or mutation at a time.');
  return operation;
}

function parsed(query: string) {
  try {
    return parse(query);
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    const [at] = cause.locations ?? [];
    const place = at === undefined ? '' : ` (line ${at.line}, column ${at.column})`;
    throw new CodedError('BAD_USER_INPUT', `${cause.message}${place}`, { cause });
  }
}
