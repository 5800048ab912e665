import type { ServiceError } from '@grpc/grpc-js';
import { CodedError } from '@tributary/runtime';
import { readMessage, type SparkConnection } from './spark-connection.ts';
import { isConnectionFault, isServiceError } from './spark-faults.ts';
import { textTooLong } from './spark-sql-functions.ts';
import type { SqlPosition } from './sql-position.ts';

/** Where in the caller's SQL something stands that Spark names by an index. */
export type PositionOf = (index: number | undefined) => SqlPosition;

interface ErrorDetails {
  readonly types?: readonly string[];
  readonly message?: string;
  readonly causeIdx?: number;
  readonly sparkThrowable?: {
    readonly errorClass?: string;
    readonly messageParameters?: Readonly<Record<string, string>>;
    readonly queryContexts?: readonly { readonly objectName?: string; readonly startIndex?: number }[];
    readonly sqlState?: string;
  };
}

interface Told {
  /** `UNRESOLVED_COLUMN.WITH_SUGGESTION`, … (Spark's "Error conditions") */
  readonly condition: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly sqlState: string;
  readonly startIndex: number | undefined;
  /** Of the whole chain of causes; never shown. */
  readonly said: string;
}

const tooLarge = 'The query needs more memory or disk than it may have.';
const away = 'The batch engine is away for a moment.';
const startedAgain = 'The batch engine was started again while it worked on the query.';
/** A server that knows nothing of the session it was given, or of what it worked on, is another one than it was. */
const isForgotten = /^INVALID_HANDLE/;

/**
 * What Spark said of a run, as the port's failure: a code, one sentence of ours, a position. Spark's own words stay in the cause: they name files, plans and classes.
 */
export async function queryFault(
  error: unknown,
  parts: {
    readonly connection: SparkConnection;
    readonly sessionId: string;
    readonly positionOf: PositionOf;
  },
): Promise<unknown> {
  const { connection, sessionId, positionOf } = parts;
  if (!isServiceError(error)) return error;
  // Where it stands, and what to look at, is told to operators by `ping`.
  if (isConnectionFault(error)) return new CodedError('ENGINE_UNAVAILABLE', away, { cause: error });
  const told = await tellingOf(error, connection, sessionId);
  if (isForgotten.test(told.condition))
    return new CodedError('ENGINE_UNAVAILABLE', startedAgain, { cause: error });
  const { code, message, missingColumn } = meaningOf(told);
  const details =
    code === 'QUERY_INVALID'
      ? { ...positionOf(told.startIndex), ...(missingColumn === undefined ? {} : { missingColumn }) }
      : {};
  return new CodedError(code, message, { cause: error, details });
}

function meaningOf({ condition, parameters, sqlState, said }: Told): {
  readonly code: 'QUERY_INVALID' | 'QUERY_TOO_LARGE' | 'INTERNAL';
  readonly message: string;
  readonly missingColumn?: string;
} {
  if (said.includes(textTooLong) || isOutOfMemory.test(said) || limits.test(condition))
    return { code: 'QUERY_TOO_LARGE', message: tooLarge };
  // Users' SQL cannot raise one: it is a sentence of ours.
  if (condition === 'USER_RAISED_EXCEPTION')
    return { code: 'QUERY_INVALID', message: parameters['errorMessage'] ?? '' };
  if (/^(UNRESOLVED_COLUMN|UNRESOLVED_FIELD|FIELD_NOT_FOUND)/.test(condition)) {
    const missingColumn = named(parameters['objectName'] ?? parameters['fieldName'] ?? '');
    return { code: 'QUERY_INVALID', message: `There is no column "${missingColumn}".`, missingColumn };
  }
  const name = (key: string): string => `"${named(parameters[key] ?? '')}"`;
  const sentence = sentences.find(([pattern]) => pattern.test(condition))?.[1](name);
  if (sentence !== undefined) return { code: 'QUERY_INVALID', message: sentence };
  // Classes of SQLSTATE (ISO/IEC 9075-2, 24.1): 21 and 22 are data, 42 is the statement, 0A what Spark cannot do.
  if (/^2[12]/.test(sqlState))
    return { code: 'QUERY_INVALID', message: `The data does not fit the SQL: ${words(condition)}.` };
  if (/^(42|0A|54)/.test(sqlState))
    return { code: 'QUERY_INVALID', message: `The SQL cannot be run: ${words(condition)}.` };
  if (isBadFile.test(condition) || isBadFile.test(said))
    return {
      code: 'QUERY_INVALID',
      message: 'A file of a table is not what its format says, or a line does not fit the columns.',
    };
  return { code: 'INTERNAL', message: 'The query engine failed.' };
}

/** An executor that ran out of memory ends, and its last word may be that it takes no more tasks. */
const isOutOfMemory =
  /OutOfMemoryError|RejectedExecutionException[^\n]*Shutting down|Java heap space|GC overhead limit|spark\.driver\.maxResultSize|ExecutorLostFailure|exited caused by|Cannot grow BufferHolder|message larger than max|No space left on device|UNABLE_TO_ACQUIRE_MEMORY|Cannot allocate memory|Command exited with code/;
const limits = /^(RECURSION_|FAILED_TO_PARSE_TOO_COMPLEX|COLLECTION_SIZE_LIMIT|_LEGACY_ERROR_TEMP_2000|MAX_)/;
const isBadFile =
  /FAILED_READ_FILE|CANNOT_READ_FILE_FOOTER|MALFORMED_(CSV_)?RECORD|UNABLE_TO_INFER_SCHEMA|PARQUET_|is not a Parquet file|Could not read footer|SparkRuntimeException.*footer/;

type Named = (key: string) => string;

/** What is worth a sentence of its own. */
const sentences: readonly (readonly [RegExp, (name: Named) => string])[] = [
  [/^AMBIGUOUS_REFERENCE/, (name) => `The column ${name('name')} could be one of several.`],
  [/^WRONG_NUM_ARGS/, (name) => `The function ${name('functionName')} takes another number of arguments.`],
  [/^DATATYPE_MISMATCH/, () => 'The types of an expression do not fit each other.'],
  [/^CAST_INVALID_INPUT/, (name) => `A value cannot be cast to ${name('targetType')}.`],
  [
    /^CAST_OVERFLOW|^ARITHMETIC_OVERFLOW|^NUMERIC_VALUE_OUT_OF_RANGE/,
    () => 'A number is too large for its type.',
  ],
  [/^MISSING_AGGREGATION|^MISSING_GROUP_BY/, () => 'A column is neither grouped by nor aggregated.'],
  [/^UNRESOLVED_USING_COLUMN/, (name) => `A side of the join has no column ${name('colName')}.`],
  [/^GROUP_BY_AGGREGATE|^INVALID_WHERE_CONDITION/, () => 'An aggregate cannot stand there.'],
];

const words = (condition: string): string =>
  condition.split('.')[0]?.toLowerCase().replaceAll('_', ' ') ?? '';
/** A name without Spark's quotes, at a length that fits a sentence. */
const named = (text: string): string => text.replaceAll(/[`"]/g, '').slice(0, 80);

/** What an error says of itself, looked up by the id that comes with it; without one, what its text begins with. */
async function tellingOf(error: ServiceError, connection: SparkConnection, sessionId: string): Promise<Told> {
  const errorId = infoOf(error)['errorId'];
  const answer =
    errorId === undefined
      ? {}
      : await connection
          .ask<{ readonly rootErrorIdx?: number; readonly errors?: readonly ErrorDetails[] }>(
            'FetchErrorDetails',
            { sessionId, errorId },
          )
          .catch(() => ({}) as { readonly rootErrorIdx?: number; readonly errors?: readonly ErrorDetails[] });
  const errors = answer.errors ?? [];
  const [root, ...causes] = chainOf(errors, answer.rootErrorIdx ?? 0);
  // What a task or a stage failed by is further down than what says that it failed.
  const telling = [root, ...causes].findLast((each) => (each?.sparkThrowable?.errorClass ?? '') !== '');
  const throwable = telling?.sparkThrowable ?? {};
  return {
    condition: throwable.errorClass ?? /\[([A-Z][A-Z0-9_.]+)\]/.exec(error.details)?.[1] ?? '',
    parameters: throwable.messageParameters ?? {},
    sqlState: throwable.sqlState ?? /SQLSTATE: (\w{5})/.exec(error.details)?.[1] ?? '',
    startIndex: contextOf(throwable.queryContexts),
    said: [
      error.details,
      ...errors.flatMap(({ types = [], message = '' }) => [types[0] ?? '', message]),
    ].join('\n'),
  };
}

function contextOf(
  contexts: NonNullable<ErrorDetails['sparkThrowable']>['queryContexts'],
): number | undefined {
  const [context] = contexts ?? [];
  // One with a name lies in a view of ours, not in the caller's SQL.
  return context === undefined || (context.objectName ?? '') !== '' ? undefined : (context.startIndex ?? 0);
}

function chainOf(errors: readonly ErrorDetails[], from: number): readonly ErrorDetails[] {
  const chain: ErrorDetails[] = [];
  let at: number | undefined = from;
  while (at !== undefined && chain.length < errors.length) {
    const next: ErrorDetails | undefined = errors[at];
    if (next === undefined) break;
    chain.push(next);
    at = next.causeIdx;
  }
  return chain;
}

/** `google.rpc.ErrorInfo`, which comes in the trailers. */
function infoOf(error: ServiceError): Readonly<Record<string, string>> {
  const [status] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!(status instanceof Uint8Array)) return {};
  const { details = [] } = readMessage<{
    readonly details?: readonly { readonly typeUrl?: string; readonly value?: Uint8Array }[];
  }>('Status', status);
  const info = details.find(({ typeUrl = '' }) => typeUrl.endsWith('/google.rpc.ErrorInfo'))?.value;
  if (info === undefined) return {};
  return (
    readMessage<{ readonly metadata?: Readonly<Record<string, string>> }>('ErrorInfo', info).metadata ?? {}
  );
}
