import { CodedError, isErrorCode } from '@tributary/runtime';
import type { GraphQLFormattedError } from 'graphql';

/**
 * The coded error behind the first error of a GraphQL result. Its text was masked by the graph; an unknown code is a fault of ours
 * and says nothing.
 */
export function codedErrorFrom(error: GraphQLFormattedError): CodedError {
  const { code, ...details } = error.extensions ?? {};
  if (!isErrorCode(code))
    return new CodedError('INTERNAL', 'Something went wrong on our side.', { cause: error });
  return new CodedError(code, error.message, { details });
}
