import { CodedError, errorCodes, isErrorCode, type Logger, newId } from '@tributary/runtime';
import { type ExecutionResult, GraphQLError } from 'graphql';

/**
 * What leaves a process for each error: a coded error keeps its message, a GraphQL validation or coercion error its text without
 * suggestions, anything else becomes INTERNAL with an id that finds it in the log.
 */
export function maskError(error: GraphQLError, log: Logger): GraphQLError {
  const { nodes: _nodes, source: _source, positions: _positions, path, originalError } = error;
  const shown = (message: string, extensions: Record<string, unknown>): GraphQLError =>
    new GraphQLError(message, { path: path ?? null, extensions });
  const coded = codedCause(originalError);
  if (coded !== undefined) {
    return shown(coded.message, {
      code: coded.code,
      advice: errorCodes[coded.code].advice,
      ...(coded.retryable ? { retryable: true } : {}),
      ...coded.details,
    });
  }
  if (
    originalError === undefined ||
    (originalError instanceof GraphQLError && !isServersFault(error, originalError))
  ) {
    const code = isErrorCode(error.extensions['code']) ? error.extensions['code'] : 'BAD_USER_INPUT';
    return shown(withoutSuggestions(error.message), {
      ...error.extensions,
      code,
      advice: errorCodes[code].advice,
    });
  }
  const errorId = newId();
  log.error({ err: originalError, errorId, code: 'INTERNAL' }, 'unexpected error');
  return shown('Something went wrong on our side.', {
    code: 'INTERNAL',
    errorId,
    advice: errorCodes.INTERNAL.advice,
  });
}

/**
 * What a resolver or a scalar threw while answering has no place in the operation, and its text may hold the value it stumbled over.
 * An error without a path came before anything was executed: a variable that does not fit is the caller's to correct.
 */
function isServersFault({ path }: GraphQLError, thrown: GraphQLError): boolean {
  return path !== undefined && thrown.nodes === undefined && thrown.extensions['code'] === undefined;
}

function codedCause(error: unknown): CodedError | undefined {
  return error instanceof CodedError ? error : undefined;
}

export function maskResult(result: ExecutionResult, log: Logger): ExecutionResult {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => maskError(error, log)) };
}

/** graphql-js proposes names ("Did you mean …?"), which tells a stranger the schema. */
export function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean [^?]*\?/g, '');
}
