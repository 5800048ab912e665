import { base64Scalar } from '@tributary/subgraph-kit/base64';
import { markCheckedPerItem } from '@tributary/subgraph-kit/checked-per-item';
import { dateTimeScalar } from '@tributary/subgraph-kit/date-time';
import { jsonScalar } from '@tributary/subgraph-kit/json';
import {
  GraphQLError,
  type GraphQLScalarType,
  type GraphQLSchema,
  isScalarType,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';

const known: readonly GraphQLScalarType[] = [base64Scalar, dateTimeScalar, jsonScalar];

/**
 * Lets the gateway refuse values of our own scalars as it refuses those of GraphQL's, by their place: a literal with its line and column, a
 * variable with its path, unless the field says that its item alone is to be refused. Values go on to the subgraphs as they were sent; what they make of them is the subgraphs' part.
 */
export function validateScalars(schema: GraphQLSchema, supergraph: GraphQLSchema): void {
  markCheckedPerItem(schema, supergraph);
  for (const { name, parseValue, parseLiteral } of known) {
    const type = schema.getType(name);
    if (!isScalarType(type)) continue;
    type.parseValue = (value) => {
      parseValue(value);
      return value;
    };
    type.parseLiteral = (node, variables) => {
      atItsPlace(node, () => parseLiteral(node, variables));
      return valueFromASTUntyped(node, variables);
    };
  }
}

function atItsPlace(node: ValueNode, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new GraphQLError(error.message, { nodes: node });
  }
}
