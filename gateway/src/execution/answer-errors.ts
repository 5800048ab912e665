import { CodedError, type ErrorCode, errorCodes, isErrorCode, type Logger } from '@tributary/runtime';
import { maskError, messageForCallers } from '@tributary/subgraph-kit/masking';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Codes of the libraries underneath, in the words of our own table. */
const translated: ReadonlyMap<string, ErrorCode> = new Map([
  ['GRAPHQL_PARSE_FAILED', 'BAD_USER_INPUT'],
  ['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'],
  ['OPERATION_RESOLUTION_FAILURE', 'BAD_REQUEST'],
]);

/** Something is wrong with the text of an operation: the caller's to mend, at the places it names. */
export class TextError extends GraphQLError {
  /** Whether it may propose names of the schema, which strangers can do without. */
  readonly suggests: boolean;

  /** Knows its places and not the nodes there: they hold the whole document, and errors of texts are remembered. */
  constructor({ message, source, positions }: GraphQLError, suggests = false) {
    super(message, {
      source: source ?? null,
      positions: positions ?? null,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    this.suggests = suggests;
  }
}

/** An error of a text as a `TextError`; one that says itself what it is stays. */
export function asTextError(error: GraphQLError, suggests = false): GraphQLError {
  const isOfText = error.originalError === undefined && error.extensions['code'] === undefined;
  return isOfText ? new TextError(error, suggests) : error;
}

/** How many errors one answer carries at most. */
export const errorLimit = 100;

/**
 * An error as it leaves the gateway. Errors of subgraphs were masked there and keep message, path and code; what the gateway itself
 * refused keeps its code; anything else becomes INTERNAL with an id that finds it in the log.
 */
export function answerError(error: GraphQLError, log: Logger): GraphQLFormattedError {
  // graphql-js has no class for either: that the parser gave up at the token limit, or the validator at its own, shows in the text only.
  if (error.message.includes('Parsing aborted')) return answerError(codedGraphQLError(tooManyTokens()), log);
  if (error.message === 'Validation aborted.')
    return answerError(codedGraphQLError(tooManyComparisons()), log);
  if (overflowed(error)) return answerError(codedGraphQLError(nestedTooDeep()), log);
  if (isMutationOverGet(error)) return answerError(codedGraphQLError(mutationOverGet()), log);
  const { serviceName, code: given, stacktrace: _stacktrace, http: _http, ...facts } = error.extensions;
  const fromSubgraph = typeof serviceName === 'string';
  const code = typeof given === 'string' ? (isErrorCode(given) ? given : translated.get(given)) : undefined;
  const original = error.originalError;
  if (original instanceof CodedError || code === undefined || (code === 'INTERNAL' && !fromSubgraph)) {
    return maskError(asUnexpected(error), log).toJSON();
  }
  return {
    message: messageForCallers(error.message, { suggests: error instanceof TextError && error.suggests }),
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(fromSubgraph || error.locations === undefined ? {} : { locations: error.locations }),
    extensions: {
      ...facts,
      code,
      advice: errorCodes[code].advice,
      ...(errorCodes[code].retryable ? { retryable: true } : {}),
    },
  };
}

/** The kit masks by the original error: what came without one, or with a code nobody declared, counts as unexpected. */
function asUnexpected(error: GraphQLError): GraphQLError {
  const { originalError, extensions, path } = error;
  if (originalError instanceof CodedError) return error;
  if (originalError === undefined && extensions['code'] === undefined) return error;
  return new GraphQLError(error.message, {
    path: path ?? null,
    originalError:
      originalError instanceof GraphQLError
        ? new Error(error.message)
        : (originalError ?? new Error(error.message)),
  });
}

/** A refusal of the gateway as an error that Apollo Server sends with the status of its code. */
export function codedGraphQLError(error: CodedError, path?: readonly (string | number)[]): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code },
    ...(path === undefined ? {} : { path }),
  });
}

/** Apollo Server has no code of its own for it, only the status (GraphQL over HTTP §5.3). */
function isMutationOverGet({ extensions: { http } }: GraphQLError): boolean {
  return (http as { readonly status?: unknown } | undefined)?.status === 405;
}

function mutationOverGet(): CodedError {
  return new CodedError('METHOD_NOT_ALLOWED', 'Mutations are sent with POST; GET is for queries.');
}

/** graphql-js reads by recursion, and so does whatever looks at what it read before the limits do. */
function overflowed(error: Error): boolean {
  if (error instanceof RangeError) return error.message.includes('call stack');
  return error instanceof GraphQLError && error.originalError != null && overflowed(error.originalError);
}

function nestedTooDeep(): CodedError {
  return new CodedError('OPERATION_TOO_DEEP', 'The operation is nested deeper than can be read.');
}

function tooManyTokens(): CodedError {
  return new CodedError('OPERATION_TOO_COMPLEX', 'The query has too many tokens.', {
    details: { what: 'tokens' },
  });
}

/** Fields under one name are compared in pairs; graphql-js counts the comparisons and gives up at half a million. */
function tooManyComparisons(): CodedError {
  return new CodedError(
    'OPERATION_TOO_COMPLEX',
    'The operation asks for too many fields under the same names: whether they agree takes too long to see.',
    { details: { what: 'comparisons' } },
  );
}

/** A coded error in the shape that is sent. */
export function codedFormattedError(error: CodedError): GraphQLFormattedError {
  const { advice, retryable } = errorCodes[error.code];
  return {
    message: error.message,
    extensions: { code: error.code, advice, ...(retryable ? { retryable } : {}), ...error.details },
  };
}
