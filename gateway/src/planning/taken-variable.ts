import { GraphQLError } from 'graphql';

/** What a client is told whose variable has the name of one that a fetch has for itself. */
export function takenVariable(name: string): GraphQLError {
  return new GraphQLError(`A variable may not be called ${name}; choose another name.`, {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}
