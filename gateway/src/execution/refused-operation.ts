import { CodedError, type Logger } from '@tributary/runtime';
import { refusalHeaders } from '@tributary/subgraph-kit/problem';
import type { GraphQLFormattedError } from 'graphql';
import { answerError, codedGraphQLError } from './answer-errors.ts';

export interface RefusalOptions {
  /** What it would have cost, where that is why. */
  readonly cost?: number;
  /** For answers over HTTP. */
  readonly headers?: ReadonlyMap<string, string>;
  readonly cause?: unknown;
}

/** An operation that was refused before it ran. Its errors are masked, coded and ready to be sent. */
export class RefusedOperation extends Error {
  readonly errors: readonly GraphQLFormattedError[];
  /** The HTTP status that fits; sockets ignore it. */
  readonly status: number;
  readonly cost: number | undefined;
  readonly headers: ReadonlyMap<string, string>;

  constructor(errors: readonly GraphQLFormattedError[], status: number, options: RefusalOptions = {}) {
    super(errors[0]?.message ?? 'The operation was refused.', { cause: options.cause });
    this.name = 'RefusedOperation';
    this.errors = errors;
    this.status = status;
    this.cost = options.cost;
    this.headers = options.headers ?? new Map();
  }
}

/** Takes a coded error for a refusal, with the fields that its status wants over HTTP: `Retry-After`, where trying again helps. */
export function orRefused<Value>(check: () => Value, log: Logger): Value {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const headers = new Map(Object.entries(refusalHeaders(error)));
    throw new RefusedOperation([answerError(codedGraphQLError(error), log)], error.status, { headers });
  }
}
