import type { Logger } from '@tributary/runtime';
import type { ExecutionResult, FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { answerError, errorLimit } from '../execution/answer-errors.ts';
import type { WrittenAnswer } from '../execution/compiled/operation-variant.ts';

/** An answer as it is sent. */
export interface AnswerText {
  readonly body: Buffer;
  /** Nothing was executed: the request itself was at fault (GraphQL §7.1.2). */
  readonly isRefused: boolean;
  /** It has errors, if only of some fields. */
  readonly hasErrors: boolean;
}

export function answerText({ body, errors }: WrittenAnswer, log: Logger): AnswerText {
  if (body === undefined)
    return { body: Buffer.from(`{${errorsText(errors, log)}}`), isRefused: true, hasErrors: true };
  if (errors.length === 0) return { body, isRefused: false, hasErrors: false };
  const before = Buffer.from(`{${errorsText(errors, log)},`);
  return { body: Buffer.concat([before, body.subarray(1)]), isRefused: false, hasErrors: true };
}

/** An answer as clients may see it, for messages that carry more than it. */
export function formattedAnswer({ data, errors }: ExecutionResult, log: Logger): FormattedExecutionResult {
  return {
    ...(errors === undefined || errors.length === 0 ? {} : { errors: toldErrors(errors, log) }),
    ...(data === undefined ? {} : { data }),
  };
}

function errorsText(errors: readonly GraphQLError[], log: Logger): string {
  return `"errors":${JSON.stringify(toldErrors(errors, log))}`;
}

function toldErrors(errors: readonly GraphQLError[], log: Logger): readonly GraphQLFormattedError[] {
  return errors.slice(0, errorLimit).map((error) => toldError(error, log));
}

/** What a subgraph says of its errors is its own affair and its clients': it is passed on. What went wrong here is coded, or masked. */
function toldError(error: GraphQLError, log: Logger): GraphQLFormattedError {
  const { serviceName, stacktrace: _stacktrace, ...extensions } = error.extensions;
  if (typeof serviceName !== 'string') return answerError(error, log);
  const { message, path } = error;
  return { message, ...(path === undefined ? {} : { path }), extensions: { ...extensions, serviceName } };
}
