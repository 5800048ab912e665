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
    const { http: _http, stacktrace: _stacktrace, ...facts } = error.extensions;
    return shown(messageForCallers(error.message), {
      ...facts,
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

const longestMessage = 500;
/** Proposed names stand at the end of a message, five at most: they are never cut apart here. */
const longestWithSuggestions = 4_000;

/**
 * A message of graphql-js as a caller may see it: without proposed names ("Did you mean …?"), which tell a stranger the schema, and cut in
 * the middle, because it repeats what it was given, a megabyte too. It is cut before it is searched, since the search takes time
 * that grows with the square of a text made for it. With `suggests` the names stay: where the whole schema may be asked.
 */
export function messageForCallers(
  message: string,
  { suggests = false }: { readonly suggests?: boolean } = {},
): string {
  const searched = cut(message, longestWithSuggestions);
  if (suggests) return cut(searched, longestMessage);
  return cut(searched.replace(/ ?Did you mean [^?]*\?/g, ''), longestMessage);
}

/** The reason stands at the end of such messages, what it is about at the start. */
function cut(message: string, length: number): string {
  if (message.length <= length) return message;
  const half = Math.floor(length / 2) - 2;
  return `${message.slice(0, half)} … ${message.slice(-half)}`;
}

export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const original =
    error instanceof Error ? error : new CodedError('INTERNAL', 'Something went wrong on our side.');
  return new GraphQLError(original.message, { originalError: original });
}
