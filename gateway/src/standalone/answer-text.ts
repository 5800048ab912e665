import type { Logger } from '@tributary/runtime';
import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { answerError, errorLimit } from '../execution/answer-errors.ts';

/** An answer as it is sent. */
export interface AnswerText {
  readonly body: Buffer;
  /** Nothing was executed: the request itself was at fault (GraphQL §7.1.2). */
  readonly isRefused: boolean;
}

export function answerText({ data, errors }: ExecutionResult, log: Logger): AnswerText {
  const told = errors === undefined || errors.length === 0 ? '' : `"errors":${errorsText(errors, log)}`;
  const isRefused = data === undefined;
  if (isRefused) return { body: Buffer.from(`{${told}}`), isRefused };
  const body = `{${told === '' ? '' : `${told},`}"data":${JSON.stringify(data)}}`;
  return { body: Buffer.from(body), isRefused };
}

function errorsText(errors: readonly GraphQLError[], log: Logger): string {
  return JSON.stringify(errors.slice(0, errorLimit).map((error) => toldError(error, log)));
}

/** What a subgraph says of its errors is its own affair and its clients': it is passed on. What went wrong here is coded, or masked. */
function toldError(error: GraphQLError, log: Logger): GraphQLFormattedError {
  const { serviceName, stacktrace: _stacktrace, ...extensions } = error.extensions;
  if (typeof serviceName !== 'string') return answerError(error, log);
  const { message, path } = error;
  return { message, ...(path === undefined ? {} : { path }), extensions: { ...extensions, serviceName } };
}
