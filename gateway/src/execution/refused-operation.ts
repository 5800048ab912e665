import type { GraphQLFormattedError } from 'graphql';

/** An operation that was refused before it ran. Its errors are masked, coded and ready to be sent. */
export class RefusedOperation extends Error {
  readonly errors: readonly GraphQLFormattedError[];
  /** The HTTP status that fits; sockets ignore it. */
  readonly status: number;

  constructor(errors: readonly GraphQLFormattedError[], status: number) {
    super(errors[0]?.message ?? 'The operation was refused.');
    this.name = 'RefusedOperation';
    this.errors = errors;
    this.status = status;
  }
}
