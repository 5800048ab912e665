import { CodedError } from '@tributary/runtime';
import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import type { CallContext } from './call.ts';

/**
 * Begins no field for a caller who waits no longer, in place: graphql-js goes on with what is left of an operation, mutation by mutation and row by row,
 * long after its deadline. Only fields with a resolver do work; it is put round everything else that is.
 */
export function dropAbandonedCalls(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()))
      if (field.resolve !== undefined) field.resolve = unlessAbandoned(field.resolve);
  }
}

function unlessAbandoned(
  resolve: GraphQLFieldResolver<unknown, CallContext>,
): GraphQLFieldResolver<unknown, CallContext> {
  return (parent, args, context, info) => {
    if (context.signal?.aborted === true)
      throw new CodedError('DEADLINE_EXCEEDED', 'The caller waits no longer.');
    return resolve(parent, args, context, info);
  };
}
